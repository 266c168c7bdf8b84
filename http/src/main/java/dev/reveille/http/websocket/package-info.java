/// WebSocket for devices: RFC 6455, server side, text messages only.
///
/// [WebSockets#upgrade] turns an exchange of the HTTP layer into a [WebSocketSession] and tells a
/// [WebSocketListener] what comes in. A session at rest is one handler object: the codec's state
/// exists while a frame or message is incomplete, and no timer belongs to a session. The loop's
/// tick is passed on, so that the owner can ping, expire and close.
///
/// What is sent is bounded per session. A peer that does not read makes [WebSocketSession#send]
/// answer false, and the owner is told when there is room again.
@NullMarked
package dev.reveille.http.websocket;

import org.jspecify.annotations.NullMarked;
