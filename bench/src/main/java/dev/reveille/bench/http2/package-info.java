/// The client's side of HTTP/2 for those benches that write their frames themselves: the load of
/// `dispatch` and the attacker of `siege`.
@NullMarked
package dev.reveille.bench.http2;

import org.jspecify.annotations.NullMarked;
