/// Tests of the WebSocket side, over real sockets, with the JDK's client as witness.
@NullMarked
package dev.reveille.live.websocket;

import org.jspecify.annotations.NullMarked;
