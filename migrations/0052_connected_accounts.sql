-- Accounts at other services that a desk has connected for an installation, under the keys of its settings. They are no part of its
-- settings: what an earlier version had would bring back tokens that are used up.
CREATE TABLE connected_accounts (
    installation_id TEXT NOT NULL REFERENCES installations (id),
    desk_id TEXT NOT NULL,
    setting TEXT NOT NULL, -- its key
    sealed {blob} NOT NULL, -- the client and its tokens
    leased_until BIGINT NOT NULL, -- until then somebody makes the tokens fresh; 0: nobody does
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (installation_id, setting)
){strict};
