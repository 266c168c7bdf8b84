/// Tells a trail as a story: what happened, to whom, and for each device what was known, decided,
/// tried and answered. [Story] is the front. Nothing is concluded here that the server did not say.
@NullMarked
package dev.reveille.cli.story;

import org.jspecify.annotations.NullMarked;
