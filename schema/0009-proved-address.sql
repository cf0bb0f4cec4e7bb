-- An address is a claim until somebody vouches for it. Who is invited at an address is told of it in the app only when it is known to be
-- theirs; everybody else needs the link. Accounts of before keep what they had.

ALTER TABLE {person}
	ADD COLUMN email_proved TINYINT UNSIGNED NOT NULL DEFAULT 0
		COMMENT '1: given by the operator, confirmed by a mail, or, where no mail is sent, invited at it';

UPDATE {person} SET email_proved = 1;

-- Ending a membership drops what it was shown once, without reading what others were shown; and how often an address was written to is
-- counted.
ALTER TABLE {one_time_reveal} ADD KEY by_object (kind, object);
ALTER TABLE {mail_outbox} ADD KEY by_recipient (recipient, created);
