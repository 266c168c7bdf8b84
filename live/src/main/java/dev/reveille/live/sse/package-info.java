/// Event streams: a phone asks once, and the answer goes on with whatever there is to say (the
/// `text/event-stream` of the HTML standard, §9.2).
@NullMarked
package dev.reveille.live.sse;

import org.jspecify.annotations.NullMarked;
