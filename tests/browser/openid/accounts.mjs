// The stand-in's people: one for each role, and two without any. Made up.

export const accounts = [
  { id: 'amina', name: 'Amina Haddad' },
  { id: 'birgitta', name: 'Birgitta Berg' },
  { id: 'operator', name: 'David Dahl', role: 'region_operator' },
  { id: 'support', name: 'Elin Lind', role: 'region_support' },
  { id: 'manager', name: 'Gustav Olsson', role: 'municipal_manager', municipal: true },
  { id: 'care-worker', name: 'Hanna Sjödin', role: 'care_worker', municipal: true },
  { id: 'information-owner', name: 'Karin Nyström', role: 'information_owner', municipal: true },
  { id: 'auditor', name: 'Mats Åström', role: 'auditor' },
];

/** An account as `oidc-provider` wants it. */
export function accountOf(id) {
  const found = accounts.find(account => account.id === id);
  if (!found) return undefined;
  const roles = found.role ? [`fleet-${found.role}`] : [];
  return { accountId: id, claims: () => ({ sub: id, name: found.name, roles }) };
}
