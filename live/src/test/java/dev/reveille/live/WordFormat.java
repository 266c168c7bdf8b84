package dev.reveille.live;

import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.Event;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Position;
import dev.reveille.model.Reason;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.Inbox;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Frames as words that a test can read: `entry 5`, `ring a1b2…`.
final class WordFormat implements FrameFormat {
  private static byte[] word(final String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] welcome(
      final InstallationId installation, final Position position, final List<CallId> ringing) {
    return word("welcome " + position.sequence() + " " + ringing);
  }

  @Override
  public byte[] behind(final Position position, final List<CallId> ringing) {
    return word("behind " + position.sequence() + " " + ringing);
  }

  @Override
  public byte[] caughtUp(final Position position) {
    return word("caught-up " + position.sequence());
  }

  @Override
  public byte[] gap(final Position asked) {
    return word("gap " + asked.sequence());
  }

  @Override
  public byte[] entry(final Inbox.Entry entry, final boolean inOrder) {
    return word((inOrder ? "entry " : "silent ") + entry.stored().sequence());
  }

  @Override
  public byte[] call(final StoredJob ring, final boolean asState) {
    final var call = ((Event.IncomingCall) ring.event()).call();
    return word((asState ? "state " : "ring ") + call);
  }

  @Override
  public byte[] callOver(final CallId call, final CallEnd how, final Optional<Long> event) {
    return word("over " + call + " " + how.word());
  }

  @Override
  public byte[] ping() {
    return word("ping");
  }

  @Override
  public byte[] goAway(final Duration delay, final Reason why) {
    return word("go-away " + delay.toMillis());
  }
}
