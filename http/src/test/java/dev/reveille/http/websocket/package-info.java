/// Tests of the WebSocket side, over real sockets, with the JDK's client as witness.
@NullMarked
package dev.reveille.http.websocket;

import org.jspecify.annotations.NullMarked;
