// The stand-in's pages: plain, and labelled as what they are.

const escaped = text => text.replace(/[&<>"]/g, letter => `&#${letter.charCodeAt(0)};`);

/** @param {{name?: string, action?: string, text?: string, html?: string}[]} parts buttons, sentences, or the package's own form */
export function page(title, parts) {
  const body = parts.map(({ name, action, text, html }) => {
    if (html) return html;
    if (text) return `<p>${escaped(text)}</p>`;
    return `<form method="post" action="${escaped(action)}"><button>${escaped(name)}</button></form>`;
  });
  return `<!doctype html><html lang="sv"><meta charset="utf-8"><title>${escaped(title)}</title>
<p><strong>Låtsad inloggningstjänst för prov. Inga lösenord.</strong></p><h1>${escaped(title)}</h1>${body.join('\n')}</html>`;
}
