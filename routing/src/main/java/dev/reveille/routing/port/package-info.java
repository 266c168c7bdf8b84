/// What routing needs of other modules: stores that keep, senders that push.
///
/// Ports that take work in groups never block and tell outcomes later; those that answer at once
/// may read a disk and say so.
@NullMarked
package dev.reveille.routing.port;

import org.jspecify.annotations.NullMarked;
