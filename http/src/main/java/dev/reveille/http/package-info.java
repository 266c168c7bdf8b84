/// HTTP on Netty, both ways, for all modules that speak it: [dev.reveille.http.server] listens,
/// [dev.reveille.http.websocket] takes a connection over from it, [dev.reveille.http.client] asks
/// push services. Nothing here knows events, devices or reasons.
@NullMarked
package dev.reveille.http;

import org.jspecify.annotations.NullMarked;
