/// The attacker of `reveille bench siege`: one process that does to a server, over the wire, what a
/// stranger, a phone, a key with few rights or a neighbouring organisation could do. It shares no
/// code with the server, and knows of it only what its documents say.
@NullMarked
package dev.reveille.bench.siege;

import org.jspecify.annotations.NullMarked;
