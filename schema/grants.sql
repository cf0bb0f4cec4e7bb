-- What each program may do. {table} as in the migrations, {@program} is the account of the program.
-- Skipped where one account serves all programs (database_user in the configuration). Applied again by every migrate.

-- The sections of pages. A new one: its name here, and below what only it does.
DEFINE {@pages} AS {@sign-in}, {@profile}, {@workspace}, {@credentials}, {@notifications}, {@configuration}, {@arguments}, {@users}, {@groups},
    {@invite}, {@join}, {@email}, {@sessions}, {@second-factor}, {@cloud-access}, {@cloud-object};

GRANT SELECT ON {server_setting} TO {@pages}, {@api};

-- Every section: who is asking, and the things that every form needs.
GRANT SELECT ON {person} TO {@pages}, {@api};
GRANT SELECT ON {preference} TO {@pages}, {@api};
GRANT SELECT ON {workspace} TO {@pages}, {@api};
GRANT SELECT ON {membership} TO {@pages}, {@api};
GRANT SELECT, UPDATE ON {session} TO {@pages}, {@api};
GRANT SELECT, INSERT, UPDATE ON {form_nonce} TO {@pages}, {@api};
GRANT SELECT, INSERT ON {parked_form} TO {@pages};
GRANT INSERT ON {audit_event} TO {@pages}, {@api};
GRANT SELECT, INSERT, UPDATE, DELETE ON {throttle} TO {@pages}, {@api};

-- sign-in makes and ends sessions, spends links, and keeps the password hash up to date.
GRANT INSERT, DELETE ON {session} TO {@sign-in};
GRANT UPDATE (password, last_sign_in, epoch) ON {person} TO {@sign-in};
GRANT SELECT, UPDATE ON {one_time_link} TO {@sign-in};
GRANT SELECT, DELETE ON {one_time_reveal} TO {@sign-in}, {@api};

-- profile: one's own name, password and appearance.
GRANT UPDATE (name, password, epoch) ON {person} TO {@profile};
GRANT INSERT, UPDATE ON {preference} TO {@profile};
GRANT INSERT, DELETE ON {session} TO {@profile};

-- workspace: shows; the lists of the panels.
GRANT SELECT ON {credential} TO {@workspace};

-- credentials.
GRANT SELECT, INSERT, UPDATE ON {credential} TO {@credentials}, {@api};
GRANT UPDATE (revision) ON {membership} TO {@credentials}, {@api};
GRANT UPDATE (last_api_use) ON {membership} TO {@api};
GRANT SELECT, INSERT, DELETE ON {one_time_reveal} TO {@credentials};

-- api.
GRANT UPDATE (name) ON {person} TO {@api};
GRANT INSERT, UPDATE ON {preference} TO {@api};
GRANT SELECT, INSERT ON {token_revoked} TO {@api};
GRANT DELETE ON {session} TO {@api};

-- Notices: everybody is told how many are open; who acts tells others.
GRANT SELECT, INSERT, UPDATE ON {notification} TO {@pages}, {@api};
GRANT SELECT, INSERT, UPDATE ON {mail_outbox} TO {@pages};

-- People: who comes, who goes, groups. workspace: panels, switching, renaming, leaving.
GRANT UPDATE (name, revision, members) ON {workspace} TO {@workspace};
GRANT UPDATE (active_workspace) ON {person} TO {@workspace};
GRANT UPDATE (revision) ON {membership} TO {@workspace};
GRANT DELETE ON {membership} TO {@workspace};
GRANT UPDATE ON {credential} TO {@workspace};
GRANT SELECT, DELETE ON {one_time_reveal} TO {@workspace};
GRANT SELECT, DELETE ON {group_member} TO {@workspace};
GRANT SELECT, INSERT, UPDATE ON {departure} TO {@workspace};
GRANT SELECT, UPDATE (revoked) ON {invitation} TO {@workspace};
GRANT SELECT, UPDATE (status, pending, settled) ON {invitation_address} TO {@workspace};
GRANT SELECT, DELETE ON {invitation_group} TO {@workspace};

-- configuration, arguments: one's own preferences; and the installation's telemetry with what it counts.
GRANT INSERT, UPDATE ON {preference} TO {@configuration}, {@arguments};
GRANT INSERT, UPDATE ON {server_setting} TO {@configuration}, {@api};
GRANT SELECT (id, revoked) ON {credential} TO {@configuration};
GRANT SELECT, INSERT, UPDATE ON {tip} TO {@sign-in};

-- The numbers beside a person.
GRANT UPDATE (notifications, memberships) ON {person} TO {@pages}, {@api};

-- The copies in membership that the members' table is read from: who renames, signs in, joins, or gets another address.
GRANT UPDATE (listed_id, listed_name, listed_email, listed_sign_in) ON {membership} TO {@profile}, {@sign-in}, {@join}, {@email}, {@api};

-- users: the members' table, removing. groups.
GRANT UPDATE (revision, members) ON {workspace} TO {@users}, {@groups};
GRANT UPDATE (active_workspace) ON {person} TO {@users};
GRANT DELETE ON {membership} TO {@users};
GRANT SELECT, UPDATE ON {credential} TO {@users};
GRANT SELECT, DELETE ON {one_time_reveal} TO {@users};
GRANT SELECT, INSERT, UPDATE ON {departure} TO {@users};
GRANT SELECT, UPDATE (revoked) ON {invitation} TO {@users};
GRANT SELECT, UPDATE (status, pending, settled) ON {invitation_address} TO {@users};
GRANT SELECT, DELETE ON {invitation_group} TO {@users};
GRANT SELECT ON {user_group} TO {@users};
GRANT SELECT, DELETE ON {group_member} TO {@users};
GRANT UPDATE (role) ON {membership} TO {@groups};
GRANT SELECT, INSERT, UPDATE, DELETE ON {user_group} TO {@groups};
GRANT SELECT, INSERT, DELETE ON {group_member} TO {@groups};
GRANT SELECT, UPDATE (revoked) ON {invitation} TO {@groups};
GRANT SELECT, DELETE ON {invitation_group} TO {@groups};

-- invite: makes, renews and takes back invitations. join: what the invited do with them; with a new account where they have none.
GRANT UPDATE (revision) ON {workspace} TO {@invite};
GRANT SELECT, INSERT, UPDATE ON {invitation} TO {@invite};
GRANT SELECT, INSERT, UPDATE ON {invitation_address} TO {@invite};
GRANT SELECT, INSERT ON {invitation_group} TO {@invite};
GRANT SELECT ON {user_group} TO {@invite};
GRANT SELECT ON {group_member} TO {@invite};
GRANT SELECT, INSERT, DELETE ON {one_time_reveal} TO {@invite};
GRANT INSERT ON {workspace} TO {@join};
GRANT UPDATE (revision, members) ON {workspace} TO {@join};
GRANT SELECT, UPDATE ON {invitation} TO {@join};
GRANT SELECT, UPDATE ON {invitation_address} TO {@join};
GRANT SELECT ON {invitation_group} TO {@join};
GRANT SELECT, INSERT, UPDATE (revision) ON {user_group} TO {@join};
GRANT SELECT, INSERT ON {group_member} TO {@join};
GRANT INSERT, UPDATE (role, invited_by, revision) ON {membership} TO {@join};
GRANT SELECT ON {departure} TO {@join};
GRANT INSERT, UPDATE (active_workspace, last_sign_in, email, email_proved) ON {person} TO {@join};
GRANT INSERT, DELETE ON {session} TO {@join};

-- A code is a proof in every section that asks for one; wrong ones are counted, right ones spent.
GRANT SELECT, UPDATE (last_step) ON {second_factor} TO {@pages};
GRANT SELECT, UPDATE (used) ON {recovery_code} TO {@pages};
GRANT SELECT, INSERT, UPDATE, DELETE ON {pending_sign_in} TO {@sign-in};
GRANT SELECT, INSERT, UPDATE ON {known_browser} TO {@sign-in};

-- profile: how one signs in, and the time zone. email, sessions, second-factor.
GRANT UPDATE (time_zone) ON {person} TO {@profile};
GRANT SELECT ON {email_change} TO {@profile};
GRANT SELECT ON {invitation} TO {@email}, {@notifications};
GRANT SELECT ON {invitation_address} TO {@notifications};
GRANT SELECT, UPDATE (status, pending, settled) ON {invitation_address} TO {@email};
GRANT UPDATE (email, email_proved) ON {person} TO {@email};
GRANT SELECT, INSERT, UPDATE ON {email_change} TO {@join};
GRANT SELECT, INSERT, UPDATE ON {email_change} TO {@email};
GRANT SELECT, INSERT, DELETE ON {one_time_reveal} TO {@email}, {@second-factor};
GRANT DELETE ON {session} TO {@sessions};
GRANT SELECT, DELETE ON {one_time_reveal} TO {@sessions};
GRANT SELECT, DELETE ON {parked_form} TO {@sessions};
GRANT SELECT, INSERT, UPDATE, DELETE ON {second_factor} TO {@second-factor};
GRANT SELECT, INSERT, UPDATE, DELETE ON {recovery_code} TO {@second-factor};

-- Keys for cloud storage: configuration names their buckets, cloud-access keeps them, cloud-object signs links with them.
GRANT SELECT (id, public_id, person, owner, bucket, endpoint, region, position, changed) ON {cloud_access} TO {@configuration};
GRANT SELECT ON {cloud_access} TO {@cloud-object};
GRANT SELECT, INSERT, UPDATE, DELETE ON {cloud_access} TO {@cloud-access};
GRANT SELECT, INSERT, UPDATE ON {cloud_access_owner} TO {@cloud-access};
GRANT SELECT, INSERT, DELETE ON {one_time_reveal} TO {@cloud-object};
