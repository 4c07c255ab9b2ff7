-- Who uses an installed plugin (R27), and who gets it without being chosen (R28). A licence will belong to a user. Channels
-- and languages act for the whole desk and have no users.
--
-- Plugins that are installed already stay with everyone: each operator gets a row, the deactivated ones too, so that they
-- find it again when they come back. Only active operators count as users.

ALTER TABLE installations ADD COLUMN assigned_to TEXT NOT NULL DEFAULT 'everyone'
    CHECK (assigned_to IN ('everyone', 'roles', 'nobody'));

CREATE TABLE installation_users (
    desk_id TEXT NOT NULL,
    installation_id TEXT NOT NULL REFERENCES installations (id),
    operator_id TEXT NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (installation_id, operator_id),
    FOREIGN KEY (desk_id, operator_id) REFERENCES operators (desk_id, id)
){strict};
CREATE INDEX installation_users_operator ON installation_users (desk_id, operator_id);

-- The roles of the rule `roles`. A role that is deleted leaves the rule.
CREATE TABLE installation_roles (
    desk_id TEXT NOT NULL,
    installation_id TEXT NOT NULL REFERENCES installations (id),
    role_id TEXT NOT NULL,
    PRIMARY KEY (installation_id, role_id),
    FOREIGN KEY (desk_id, role_id) REFERENCES roles (desk_id, id) ON DELETE CASCADE
){strict};
CREATE INDEX installation_roles_role ON installation_roles (desk_id, role_id);

INSERT INTO installation_users (desk_id, installation_id, operator_id, added_at)
SELECT i.desk_id, i.id, o.id, i.created_at
FROM installations i JOIN operators o ON o.desk_id = i.desk_id
WHERE i.kind = 'plugin';
