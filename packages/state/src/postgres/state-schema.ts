import { tooMuch } from "../sliding-window.ts";

/**
 * Tables and functions of the store of limits. Each function is one step: it takes the locks of its counters in the
 * order of their numbers, so that no two wait for each other, and reads the clock when it has them. Rows are swept in the
 * order of an index and by their places (`ctid`): a table without statistics would be read whole otherwise.
 */
export function stateSchema(schema: string): string {
  return `
create table if not exists ${schema}.buckets (
  counter text not null,
  bucket bigint not null,
  amount bigint not null,
  leaves_at bigint not null,
  primary key (counter, bucket)
);
create index if not exists buckets_leave on ${schema}.buckets (leaves_at);
create table if not exists ${schema}.reservations (
  id text primary key,
  reserved_at bigint not null,
  leaves_at bigint not null,
  content text not null,
  -- of each charge: counter, bucket, time at which it counts no more, cost; null when settled
  counters text[], charged bigint[], leaving bigint[], costs bigint[]
);
create index if not exists reservations_leave on ${schema}.reservations (leaves_at);
create index if not exists reservations_open on ${schema}.reservations (reserved_at) where counters is not null;

create or replace function ${schema}.now_ms() returns bigint language sql volatile as $$
  select floor(extract(epoch from clock_timestamp()) * 1000)::bigint
$$;

create or replace function ${schema}.lock_counters(counters text[]) returns void language plpgsql as $$
declare
  number bigint;
begin
  -- a transaction that sees an older snapshot than the locks would count too little
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'limits are counted in read committed transactions only';
  end if;
  for number in select distinct hashtextextended('${schema}.' || one, 0) from unnest(counters) one order by 1 loop
    perform pg_advisory_xact_lock(number);
  end loop;
end $$;

create or replace function ${schema}.used(key text, since bigint) returns bigint language sql stable as $$
  select least(coalesce(sum(amount), 0), ${tooMuch})::bigint from ${schema}.buckets
    where counter = key and bucket >= since
$$;

create or replace function ${schema}.add(key text, at bigint, leaving bigint, more bigint) returns void
language sql volatile as $$
  insert into ${schema}.buckets as known (counter, bucket, leaves_at, amount) values (key, at, leaving, more)
    on conflict (counter, bucket) do update set amount = case
      when known.amount >= ${tooMuch} then known.amount
      else least(${tooMuch}, known.amount + excluded.amount) end
$$;

-- what was swept before the clock was set back is not there to give back: less than nothing would be room
create or replace function ${schema}.subtract(key text, at bigint, less bigint) returns void
language sql volatile as $$
  update ${schema}.buckets set amount = greatest(0, amount - less)
    where counter = key and bucket = at and amount < ${tooMuch}
$$;

create or replace function ${schema}.sweep(ms bigint, most int) returns void language sql volatile as $$
  delete from ${schema}.reservations where ctid = any (array(
    select ctid from ${schema}.reservations where leaves_at <= ms order by leaves_at limit most for update skip locked));
  delete from ${schema}.buckets where ctid = any (array(
    select ctid from ${schema}.buckets where leaves_at <= ms order by leaves_at limit most for update skip locked))
$$;

create or replace function ${schema}.reserve(
  the_id text, content text, keys text[], amounts bigint[], limits bigint[], windows bigint[], widths bigint[]
) returns jsonb language plpgsql as $$
declare
  ms bigint;
  total bigint;
  before bigint[] := '{}';
  after bigint[] := '{}';
  refused int[] := '{}';
  charged bigint[] := '{}';
  leaving bigint[] := '{}';
  found_id text;
begin
  perform ${schema}.lock_counters(keys);
  ms := ${schema}.now_ms();
  for i in 1 .. cardinality(keys) loop
    before := before || ${schema}.used(keys[i], floor((ms - windows[i])::numeric / widths[i])::bigint);
    select before[i] + coalesce(sum(amounts[j]), 0) into total from generate_series(1, i) j where keys[j] = keys[i];
    after := after || least(total, ${tooMuch});
    if limits[i] >= 0 and total > limits[i] then refused := refused || (i - 1); end if;
    charged := charged || ms / widths[i];
    leaving := leaving || (ms / widths[i] + 1) * widths[i] + windows[i];
  end loop;
  if exists (select from ${schema}.reservations where id = the_id and leaves_at > ms) then
    return jsonb_build_array(true, before, '[]'::jsonb);
  end if;
  if cardinality(refused) > 0 then return jsonb_build_array(false, before, refused); end if;
  if cardinality(keys) > 0 then
    delete from ${schema}.reservations where id = the_id and leaves_at <= ms;
    insert into ${schema}.reservations
      values (the_id, ms, (select max(one) from unnest(leaving) one), content, keys, charged, leaving, amounts)
      on conflict do nothing returning id into found_id;
    -- the same id has reserved other counters meanwhile
    if found_id is null then return jsonb_build_array(true, before, '[]'::jsonb); end if;
  end if;
  for i in 1 .. cardinality(keys) loop
    perform ${schema}.add(keys[i], charged[i], leaving[i], amounts[i]);
    select max(after[j]) into total from generate_series(1, cardinality(keys)) j where keys[j] = keys[i];
    after[i] := total;
  end loop;
  perform ${schema}.sweep(ms, cardinality(keys) + 1);
  return jsonb_build_array(true, after, '[]'::jsonb);
end $$;

-- real_costs: null to give the reservation back. Answers 1, 0 when there is nothing to settle, -1 when the number of costs
-- is not that of the charges.
create or replace function ${schema}.settle(the_id text, real_costs bigint[]) returns int language plpgsql as $$
declare
  ms bigint;
  kept ${schema}.reservations;
  more bigint;
begin
  select * into kept from ${schema}.reservations where id = the_id and counters is not null for update;
  if not found then return 0; end if;
  perform ${schema}.lock_counters(kept.counters);
  ms := ${schema}.now_ms();
  if kept.leaves_at <= ms then return 0; end if;
  if cardinality(real_costs) <> cardinality(kept.counters) then return -1; end if;
  for i in 1 .. cardinality(kept.counters) loop
    more := coalesce(real_costs[i], 0) - kept.costs[i];
    if kept.leaving[i] > ms and more > 0 then
      perform ${schema}.add(kept.counters[i], kept.charged[i], kept.leaving[i], more);
    elsif kept.leaving[i] > ms and more < 0 then
      perform ${schema}.subtract(kept.counters[i], kept.charged[i], -more);
    end if;
  end loop;
  if real_costs is null then
    delete from ${schema}.reservations where id = the_id;
  else
    update ${schema}.reservations
      set content = '', counters = null, charged = null, leaving = null, costs = null where id = the_id;
  end if;
  return 1;
end $$;

create or replace function ${schema}.usage(keys text[], windows bigint[], widths bigint[]) returns jsonb
language sql volatile as $$
  select coalesce(jsonb_agg(${schema}.used(key, floor((ms - time_window)::numeric / width)::bigint) order by place), '[]')
    from ${schema}.now_ms() ms, unnest(keys, windows, widths) with ordinality as one (key, time_window, width, place)
$$;

create or replace function ${schema}.open_reservations(older_than bigint, most int)
returns table (at bigint, content text) language sql volatile as $$
  select reserved_at, kept.content from ${schema}.reservations kept, ${schema}.now_ms() ms
    where counters is not null and reserved_at <= ms - older_than and leaves_at > ms
    order by reserved_at limit most
$$;
`;
}
