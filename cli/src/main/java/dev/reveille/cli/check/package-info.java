/// Looks for the classic mistakes before a user notices them: at what is configured, at what became
/// of the newest pushes, and at the server as a client sees it. [Check] is the front; each finding
/// says what to do.
@NullMarked
package dev.reveille.cli.check;

import org.jspecify.annotations.NullMarked;
