package dev.reveille.bench.siege;

import io.netty.channel.Channel;
import java.io.IOException;
import java.util.List;

/// Phones that open their live channel, say hello, ask for their inbox again and again, and read
/// nothing.
final class DeafPhones extends Attack {
  private static final int PHONES = 60;
  private static final int RESUMES = 40; // fewer than a channel may send at once
  private static final int PER_SECOND = 100;

  private final int phones;
  private List<String> tokens = List.of();
  private final Crowd crowd;

  DeafPhones(final Target target, final Wire wire, final Tally tally) {
    super(target, wire, tally);
    this.phones = PHONES * target.size();
    this.crowd =
        crowd(
            new Crowd.Plan(
                target.devices(), new Wire.Kind(Wire.Speech.HTTP1, false), phones, PER_SECOND),
            this::listen);
  }

  @Override
  void prepare() throws IOException {
    tokens = Phones.withFullInboxes(target, phones, UnreadPages.MESSAGES);
  }

  private void listen(final Channel channel, final int number) {
    final var _ = Http1Peer.say(channel, Http1Peer.upgrade(tokens.get(number)));
    final var _ = channel.write(Http1Peer.frame("{\"frame\":\"hello\",\"state\":\"foreground\"}"));
    for (int i = 0; i < RESUMES; i++) {
      final var _ = channel.write(ResumingPhones.resume());
    }
    channel.flush();
  }

  @Override
  long held() {
    return crowd.standing();
  }
}
