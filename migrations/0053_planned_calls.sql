-- Planned calls get their own name: a plan is what is paid for an add-on.
ALTER TABLE addon_plans RENAME TO planned_calls;
DROP INDEX addon_plans_due;
CREATE INDEX planned_calls_due ON planned_calls (due_at);
