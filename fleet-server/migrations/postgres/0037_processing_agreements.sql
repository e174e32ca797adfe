-- Who processes whose personal data on whose behalf, as far as it is agreed (GDPR, article 28). The agreement itself lies in the archive.
CREATE TABLE processing_agreements (
    tenant_id  UUID    NOT NULL REFERENCES tenants (tenant_id),
    reference  TEXT    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('processor', 'sub_processor')),
    from_day   TEXT    NOT NULL,
    until_day  TEXT,
    noted_at   BIGINT  NOT NULL,
    PRIMARY KEY (tenant_id, reference)
);

SELECT guard_by_tenant('processing_agreements');
