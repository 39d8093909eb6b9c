// For nginx's njs: how a browser's WebSocket brings its key to an API that reads it from a header alone.
//
// A browser cannot set headers on a WebSocket, but it can offer subprotocols. The console offers `astro.v1` and
// `astro.key.<key as base64url without padding>`; the gateway takes the key out of the second one, and the browser is
// answered with the first.

const PROTOCOL = 'astro.v1';
const KEY_PREFIX = 'astro.key.';

/** The subprotocols of the handshake. */
function offered(r) {
    return (r.headersIn['Sec-WebSocket-Protocol'] || '').split(',').map((protocol) => protocol.trim());
}

/** The value of X-Astro-API-Key for the API: the client's own header, or else the key among the subprotocols. */
function key(r) {
    const header = r.headersIn['X-Astro-API-Key'];
    if (header) {
        return header;
    }
    const protocol = offered(r).find((protocol) => protocol.startsWith(KEY_PREFIX));
    if (!protocol) {
        return '';
    }
    const encoded = protocol.slice(KEY_PREFIX.length);
    if (!/^[A-Za-z0-9_-]+$/.test(encoded)) {
        return '';
    }
    const decoded = Buffer.from(encoded, 'base64url').toString('utf8');
    // Anything else could end the header and begin another one. Without a key the API refuses, in its own words.
    return /^[\x21-\x7e]+$/.test(decoded) ? decoded : '';
}

/** The subprotocol of the answer: only for a socket that was opened, and only if it was offered. */
function protocol(r) {
    return r.status === 101 && offered(r).includes(PROTOCOL) ? PROTOCOL : '';
}

export default { key, protocol };
