/// The `reveille` command. It speaks only the wire, as any other client does, and shares no code
/// with the server: what it shows was told by the server, not computed beside it.
@NullMarked
package dev.reveille.cli;

import org.jspecify.annotations.NullMarked;
