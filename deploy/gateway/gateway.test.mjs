// The gateway in earnest: Debian's nginx in front of the local platform that takes keys by header alone, and in front of
// a server that records what reaches it. ASTRO_PLATFORM is the path of the astro-platform program.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import WebSocket from 'ws';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const NGINX = process.env.NGINX ?? '/usr/sbin/nginx';
const NJS = process.env.NGINX_JS_MODULE ?? '/usr/lib/nginx/modules/ngx_http_js_module.so';
const KEY = 'astro_demo_owner_5d1c7a9e';
const DEADLINE = 20_000;

const encoded = (text) => Buffer.from(text).toString('base64url');
const protocols = (key) => ['astro.v1', `astro.key.${encoded(key)}`];

/** Waits for a promise, but not for ever. */
function within(promise, what) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${what} did not come about within ${DEADLINE} ms`)), DEADLINE);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function freePort() {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    await once(server, 'close');
    return port;
}

/** Whether somebody listens; asked again until somebody does. */
async function listening(port) {
    for (;;) {
        const socket = net.connect(port, '127.0.0.1');
        const open = await new Promise((resolve) => {
            socket.once('connect', () => resolve(true));
            socket.once('error', () => resolve(false));
        });
        socket.destroy();
        if (open) {
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}

async function stop(child, signal) {
    if (child.exitCode === null && child.signalCode === null) {
        child.kill(signal);
        await within(once(child, 'exit'), 'the end of a program');
    }
}

/** Starts the local platform; answers its address. */
async function startPlatform(t) {
    const program = process.env.ASTRO_PLATFORM;
    assert.ok(program, 'ASTRO_PLATFORM names the astro-platform program');
    const child = spawn(program, ['--listen', '127.0.0.1:0', '--ws-auth', 'header', '--rate-limit', 'off'], {
        stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => stop(child, 'SIGTERM'));
    const lines = createInterface({ input: child.stdout });
    const [first] = await within(once(lines, 'line'), 'the first line of the platform');
    return first.replace('listening on http://', '');
}

/** Replaces what a person would change, and fails where the files no longer say it. */
function adapt(text, changes) {
    for (const [from, to] of changes) {
        assert.ok(text.includes(from), `${from} is in the file`);
        text = text.replaceAll(from, to);
    }
    return text;
}

/** Starts the gateway in front of an API; answers its port and its folder. */
async function startGateway(t, api) {
    const prefix = await mkdtemp(join(tmpdir(), 'astro-gateway-'));
    t.after(() => rm(prefix, { recursive: true, force: true }));
    await mkdir(join(prefix, 'logs'));
    const port = await freePort();
    const source = (name) => readFile(join(HERE, name), 'utf8');
    await cp(join(HERE, 'gateway.js'), join(prefix, 'gateway.js'));
    await writeFile(
        join(prefix, 'gateway-http.conf'),
        adapt(await source('gateway-http.conf'), [['api.astropulse.io:443', api]]),
    );
    await writeFile(
        join(prefix, 'gateway-locations.conf'),
        adapt(await source('gateway-locations.conf'), [
            ['https://astro_api', 'http://astro_api'],
            ['api.astropulse.io', api],
            ['/var/log/nginx/', 'logs/'],
        ]),
    );
    // Whoever runs the test may lack the folders that the package made for its own user.
    const own = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${prefix}/${name};`);
    await writeFile(
        join(prefix, 'nginx.conf'),
        adapt(await source('nginx.conf'), [
            ['load_module /usr/lib/nginx/modules/ngx_http_js_module.so;', `load_module ${NJS};${process.getuid() === 0 ? ' user root;' : ''}`],
            ['/var/log/nginx/', 'logs/'],
            ['listen 8090;', `listen 127.0.0.1:${port};`],
            ['http {', `http {\n    access_log logs/access.log;\n    ${own.join('\n    ')}\n`],
        ]),
    );
    const child = spawn(NGINX, ['-p', prefix, '-c', 'nginx.conf', '-g', 'daemon off;', '-e', 'logs/start.log'], {
        stdio: ['ignore', 'inherit', 'inherit'],
    });
    t.after(() => stop(child, 'SIGTERM'));
    const failed = once(child, 'exit').then(([code]) => {
        throw new Error(`nginx ended with ${code}`);
    });
    // Its end at the end of the test is no failure.
    failed.catch(() => {});
    await within(Promise.race([listening(port), failed]), 'nginx');
    return { port, prefix };
}

/** Opens a socket; answers it with its first message, or the refusal. */
function open(url, offered, headers = {}) {
    const socket = new WebSocket(url, offered, { headers });
    const opened = new Promise((resolve, reject) => {
        socket.once('message', (data) => resolve({ socket, frame: data.toString() }));
        socket.once('unexpected-response', (_, response) => {
            let body = '';
            response.on('data', (chunk) => (body += chunk));
            response.on('end', () => resolve({ refused: response.statusCode, body, headers: response.headers }));
        });
        socket.once('error', reject);
    });
    return within(opened, 'a message or a refusal');
}

async function closed(socket) {
    const end = once(socket, 'close');
    socket.close();
    await within(end, 'the end of a socket');
}

describe('in front of a platform that takes keys by header alone', () => {
    let base;
    let prefix;
    let path;
    const cleanups = [];

    before(async () => {
        const t = { after: (cleanup) => cleanups.unshift(cleanup) };
        const api = await startPlatform(t);
        let port;
        ({ port, prefix } = await startGateway(t, api));
        base = `127.0.0.1:${port}`;
        const answer = await fetch(`http://${base}/api/v1/applications`, { headers: { 'X-Astro-API-Key': KEY } });
        assert.equal(answer.status, 200, 'plain requests pass');
        const applications = (await answer.json()).data;
        path = `/api/v1/applications/${applications.find((app) => app.status === 'RUNNING').id}/status`;
        // The same socket without the gateway: the platform really takes no subprotocol.
        const direct = await open(`ws://${api}${path}`, protocols(KEY));
        assert.equal(direct.refused, 401);
    });

    after(async () => {
        for (const cleanup of cleanups) {
            await cleanup();
        }
    });

    test('a stream opens, and the browser is answered astro.v1', async () => {
        const { socket, frame } = await open(`ws://${base}${path}`, protocols(KEY));
        assert.equal(socket.protocol, 'astro.v1');
        assert.equal(typeof JSON.parse(frame).appId, 'string');
        await closed(socket);
    });

    test('the handshake names one protocol, once', async () => {
        const answer = await new Promise((resolve, reject) => {
            const request = http.request(`http://${base}${path}`, {
                headers: {
                    Connection: 'Upgrade',
                    Upgrade: 'websocket',
                    'Sec-WebSocket-Version': '13',
                    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
                    'Sec-WebSocket-Protocol': protocols(KEY).join(', '),
                },
            });
            request.once('upgrade', (response, socket) => {
                socket.destroy();
                resolve(response);
            });
            request.once('response', (response) => reject(new Error(`refused with ${response.statusCode}`)));
            request.once('error', reject);
            request.end();
        });
        const named = answer.rawHeaders.filter((_, index) => /^sec-websocket-protocol$/i.test(answer.rawHeaders[index - 1] ?? ''));
        assert.deepEqual(named, ['astro.v1']);
    });

    test('without a key, or with a wrong one, the refusal is the platform’s', async () => {
        for (const offered of [['astro.v1'], protocols('astro_wrong'), ['astro.v1', 'astro.key.%%%']]) {
            const { refused, body, headers } = await open(`ws://${base}${path}`, offered);
            assert.equal(refused, 401, offered.join());
            assert.match(JSON.parse(body).error_code, /UNAUTHORIZED|API_KEY/);
            assert.equal(headers['sec-websocket-protocol'], undefined);
            assert.ok(headers['x-trace-id']);
        }
        const unknown = await open(`ws://${base}/api/v1/applications/no-such-app/status`, protocols(KEY));
        assert.equal(unknown.refused, 404);
    });

    test('a client that can set the header still may', async () => {
        const { socket } = await open(`ws://${base}${path}`, [], { 'X-Astro-API-Key': KEY });
        assert.equal(socket.protocol, '');
        await closed(socket);
    });

    test('no log holds a key or a subprotocol', async () => {
        const { refused } = await open(`ws://${base}${path}?api_key=${KEY}`, ['astro.v1']);
        assert.equal(refused, 401, 'the query is not a way here');
        const folder = join(prefix, 'logs');
        const wanted = [`${path} 101`, `${path} 401`];
        const read = async () => {
            const names = await readdir(folder);
            return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
        };
        // A line is written when its request has ended, a little after the client knows.
        const complete = async () => {
            for (;;) {
                const text = await read();
                if (wanted.every((line) => text.includes(line)) && text.split('\n').filter((line) => line.includes(' 401 ')).length >= 4) {
                    return text;
                }
                await new Promise((resolve) => setTimeout(resolve, 20));
            }
        };
        const text = await within(complete(), 'the log of what was done');
        for (const secret of [KEY, encoded(KEY), 'astro_wrong', encoded('astro_wrong'), 'astro.key', 'api_key']) {
            assert.ok(!text.includes(secret), `${secret} is in no log`);
        }
    });
});

describe('in front of a server that records what reaches it', () => {
    let port;
    const handshakes = [];
    const cleanups = [];

    before(async () => {
        const t = { after: (cleanup) => cleanups.unshift(cleanup) };
        const server = http.createServer((_, response) => response.end());
        server.on('upgrade', (request, socket) => {
            handshakes.push(request);
            const accept = createHash('sha1')
                .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
                .digest('base64');
            const text = Buffer.from('{}');
            socket.write(
                'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
                    `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
            );
            socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]));
            socket.on('error', () => {});
        });
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        t.after(() => {
            server.closeAllConnections();
            server.close();
        });
        ({ port } = await startGateway(t, `127.0.0.1:${server.address().port}`));
    });

    after(async () => {
        for (const cleanup of cleanups) {
            await cleanup();
        }
    });

    /** What the API saw of a socket. */
    async function seen(offered, headers) {
        handshakes.length = 0;
        const { socket } = await open(`ws://127.0.0.1:${port}/api/v1/applications/x/status?tail=5`, offered, headers);
        socket.terminate();
        assert.equal(handshakes.length, 1);
        return handshakes[0];
    }

    test('the key arrives in the header, and no subprotocol does', async () => {
        const request = await seen(protocols(KEY));
        assert.equal(request.headers['x-astro-api-key'], KEY);
        assert.equal(request.headers['sec-websocket-protocol'], undefined);
        assert.ok(!JSON.stringify(request.rawHeaders).includes(encoded(KEY)));
        assert.equal(request.url, '/api/v1/applications/x/status?tail=5');
        assert.equal(request.headers['x-forwarded-for'], '127.0.0.1');
    });

    test('a header of the client wins', async () => {
        const request = await seen(protocols('from-the-subprotocol'), { 'X-Astro-API-Key': 'from-the-header' });
        assert.equal(request.headers['x-astro-api-key'], 'from-the-header');
    });

    test('what could end the header becomes none', async () => {
        for (const key of ['a\r\nX-Injected: yes', 'a\nb', 'a b', 'ümlaut', '\0']) {
            const request = await seen(protocols(key));
            assert.equal(request.headers['x-astro-api-key'], undefined, JSON.stringify(key));
            assert.equal(request.headers['x-injected'], undefined);
        }
    });

    test('the longest key of a header passes', async () => {
        const key = 'k'.repeat(2048);
        assert.equal((await seen(protocols(key))).headers['x-astro-api-key'], key);
    });
});
