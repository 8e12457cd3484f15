/** Preloaded: writes every host that this process looks up or connects to into the file CONTACTED_HOSTS, one a line. */
const dgram = require('node:dgram');
const dns = require('node:dns');
const { appendFileSync } = require('node:fs');
const net = require('node:net');

function contact(how, host) {
  appendFileSync(process.env.CONTACTED_HOSTS, `${how} ${host}\n`);
}

// Everything above it (tls, http, https, http2, undici) opens its sockets here.
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const [first] = Array.isArray(given[0]) ? given[0] : given;
  const target = typeof first === 'object' && first !== null ? (first.path ?? `${first.host ?? 'localhost'}:${first.port}`) : String(first);
  contact('connect', target);
  return connect.apply(this, given);
};
for (const api of [dns, dns.promises]) {
  for (const name of Object.keys(api).filter((one) => /^(lookup|resolve)/.test(one))) {
    const ask = api[name];
    if (typeof ask !== 'function') continue;
    api[name] = function (host, ...rest) {
      contact(name, host);
      return ask.call(this, host, ...rest);
    };
  }
}
const send = dgram.Socket.prototype.send;
dgram.Socket.prototype.send = function (...given) {
  contact('datagram', given.filter((one) => typeof one === 'string' || typeof one === 'number').join(':'));
  return send.apply(this, given);
};
