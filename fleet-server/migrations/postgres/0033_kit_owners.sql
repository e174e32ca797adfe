-- Whose a kit is, also while another municipality has it.

-- The municipality that owns it, where one does. NULL with the owner 'municipality' = the one whose row it is: what stands here
-- from before, or was written by a server that does not know this column.
ALTER TABLE kits ADD COLUMN owner_id UUID REFERENCES tenants (tenant_id);
