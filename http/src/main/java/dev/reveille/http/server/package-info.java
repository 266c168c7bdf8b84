/// The one HTTP layer under both listeners: HTTP/1.1 and HTTP/2 for the API, HTTP/1.1 with held
/// requests for devices, on Netty with handlers of our own.
///
/// An [HttpListener] opens a port and gives every complete request to an [HttpHandler] as an
/// [Exchange]. The handler runs on the connection's event loop and must not block; it may answer at
/// once, hand the exchange to another thread, stream an answer, or park it.
///
/// ```
///   bytes -> RequestParser -> Http1Exchange --+                 +--> Answer, once, from any thread
///                                             +-> HttpHandler --+--> AnswerStream (SSE, NDJSON)
///   frames -> Http2Endpoint -> Http2Exchange -+                 +--> Parked (long poll)
/// ```
///
/// Answers given by other threads gather in a queue per event loop. The loop wakes once, writes all
/// of them, and flushes each connection once: a commit of two hundred events costs a handful of
/// system calls, not two hundred.
///
/// Nothing here has a timer of its own. Each loop looks over its connections every half second
/// ([EventLoops]) and ends those that overran the time their state allows.
@NullMarked
package dev.reveille.http.server;

import org.jspecify.annotations.NullMarked;
