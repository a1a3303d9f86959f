/** Tables and functions of approvals. Each function is one step: rows are locked by what changes them. */
export function approvalsSchema(schema: string): string {
  return `
create table if not exists ${schema}.approvals (
  binding text primary key,
  id text not null unique,
  request text not null,
  state text not null,
  needed bigint not null,
  granted_by text[] not null,
  expires_at bigint not null
);
create index if not exists approvals_expire on ${schema}.approvals (expires_at);

create or replace function ${schema}.keep_approval(
  the_binding text, the_id text, the_request text, grants_needed bigint, expires bigint, new_state text
) returns text language plpgsql as $$
declare
  ms bigint := ${schema}.now_ms();
  found_request text;
begin
  delete from ${schema}.approvals where ctid = any (array(
    select ctid from ${schema}.approvals where expires_at <= ms order by expires_at limit 8 for update skip locked));
  -- what is there may be used up before it is read
  loop
    delete from ${schema}.approvals where binding = the_binding and expires_at <= ms;
    insert into ${schema}.approvals values (the_binding, the_id, the_request, new_state, grants_needed, '{}', expires)
      on conflict (binding) do nothing returning request into found_request;
    if found_request is not null then return found_request; end if;
    select request into found_request from ${schema}.approvals where binding = the_binding;
    if found then return found_request; end if;
  end loop;
end $$;

create or replace function ${schema}.answer_request(the_id text, is_granted boolean, person text) returns text
language plpgsql as $$
begin
  update ${schema}.approvals set
    granted_by = case when is_granted then granted_by || person else granted_by end,
    state = case
      when not is_granted then 'refused'
      when cardinality(granted_by) + 1 >= needed then 'granted'
      else 'pending' end
    where id = the_id and state = 'pending' and expires_at > ${schema}.now_ms()
      and not (is_granted and person = any (granted_by));
  if found then return 'taken'; end if;
  perform from ${schema}.approvals
    where id = the_id and state = 'pending' and expires_at > ${schema}.now_ms() and person = any (granted_by);
  return case when is_granted and found then 'granted_before' else 'not_open' end;
end $$;

create or replace function ${schema}.take_answer(the_binding text, answer text) returns text
language sql as $$
  delete from ${schema}.approvals
    where binding = the_binding and state = answer and expires_at > ${schema}.now_ms()
    returning request;
$$;
`;
}
