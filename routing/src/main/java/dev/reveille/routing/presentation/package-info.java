/// How an app wants its events shown: words per language or names of the app's own texts, sound,
/// buttons, thread, interruption, badge. Read and checked once, applied to every push.
@NullMarked
package dev.reveille.routing.presentation;

import org.jspecify.annotations.NullMarked;
