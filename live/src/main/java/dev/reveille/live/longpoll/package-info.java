/// Long polls: a phone asks, and its request is held until there is something to say.
@NullMarked
package dev.reveille.live.longpoll;

import org.jspecify.annotations.NullMarked;
