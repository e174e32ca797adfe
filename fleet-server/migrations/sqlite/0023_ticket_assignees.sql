-- Who sees to a ticket: somebody who has logged in at the organisation whose task it is, which may be the region. So it is a
-- person of this tenant or of its region, and no foreign key says which.

ALTER TABLE tickets ADD COLUMN assignee_id BLOB;
