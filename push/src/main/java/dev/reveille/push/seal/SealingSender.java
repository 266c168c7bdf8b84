package dev.reveille.push.seal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reveille.model.ContentKey;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.Reason;
import dev.reveille.push.app.Workers;
import dev.reveille.routing.port.ForwardingSender;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.Seal;
import dev.reveille.routing.port.Sender;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.crypto.hpke.HPKE;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Wraps a push service's sender and encrypts the content of pushes whose installation gave a key;
/// all others are passed on unchanged, on the caller's thread. Thread-safe; [#send] never blocks.
///
/// Sealing costs a key pair and an agreement, a fraction of a millisecond. It is done on threads of
/// its own, for calls on another than for the rest, so that nothing else waits for it. A push that
/// cannot be sealed goes out without its content, never in the clear.
public final class SealingSender extends ForwardingSender {
  private static final Logger LOG = LoggerFactory.getLogger(SealingSender.class);

  /// Binds what is sealed to its use (RFC 9180 §8.1, application-supplied `info`).
  static final byte[] INFO = "reveille content 1".getBytes(StandardCharsets.US_ASCII);

  private static final int KEY_ID_BYTES = 6;
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final ThreadLocal<Hpke> HPKE = ThreadLocal.withInitial(Hpke::new);

  /// A key that was read, and the name by which the app finds its private half.
  private record Known(ContentKey key, String id) {}

  private final InstantSource clock;
  private final Workers workers = new Workers("seal");
  private final Cache<String, Known> keys = Caffeine.newBuilder().maximumSize(50_000).build();

  public SealingSender(final Sender sender, final InstantSource clock) {
    super(sender);
    this.clock = clock;
  }

  @Override
  public void send(final List<Push> group, final Outcomes outcomes) {
    int toSeal = 0;
    for (final var push : group) {
      toSeal += push.seal() instanceof Seal.Wanted ? 1 : 0;
    }
    if (toSeal == 0) {
      sender.send(group, outcomes);
      return;
    }
    final var open = new ArrayList<Push>(group.size() - toSeal);
    final var wanted = new ArrayList<Push>(toSeal);
    for (final var push : group) {
      (push.seal() instanceof Seal.Wanted ? wanted : open).add(push);
    }
    if (!open.isEmpty()) {
      sender.send(open, outcomes);
    }
    workers.run(
        wanted,
        some -> pass(some, outcomes),
        push -> outcomes.outcome(push, new TryAgain(Reason.SHUTTING_DOWN, "", clock.instant())));
  }

  private void pass(final List<Push> pushes, final Outcomes outcomes) {
    final var sealed = pushes.stream().map(this::sealed).toList();
    try {
      sender.send(sealed, outcomes);
    } catch (RuntimeException fault) { // what left is unknown
      LOG.error("{} failed to take {} pushes", id(), pushes.size(), fault);
      sealed.forEach(push -> outcomes.outcome(push, new Uncertain(Reason.INTERNAL)));
    }
  }

  /// The push with its content sealed; without content when it cannot be.
  private Push sealed(final Push push) {
    final byte[] words = SealedContent.of(push);
    if (words == null) {
      return with(push, Seal.OPEN);
    }
    if (push.seal() instanceof Seal.Wanted(var text)) {
      try {
        final var key = keys.get(text, SealingSender::read);
        final var aad =
            (push.content().event() + " " + SealedContent.word(push.content()))
                .getBytes(StandardCharsets.UTF_8);
        final byte[] sealed = HPKE.get().seal(key.key(), INFO, aad, words);
        return with(push, new Seal.Closed(key.id() + "." + BASE64.encodeToString(sealed)));
      } catch (GeneralSecurityException | RuntimeException e) { // whatever it was, it goes on
        LOG.error("the content of event {} could not be sealed and stays here", push.event(), e);
      }
    }
    return with(push, push.seal());
  }

  private static Push with(final Push push, final Seal seal) {
    return push.with(
        SealedContent.blank(push.content()),
        seal instanceof Seal.Open ? push.style() : push.style().withoutContent(),
        seal);
  }

  private static Known read(final String text) {
    final var key = ContentKey.of(text);
    try {
      final byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.raw());
      return new Known(key, BASE64.encodeToString(Arrays.copyOf(hash, KEY_ID_BYTES)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() {
    workers.close();
    super.close();
  }
}
