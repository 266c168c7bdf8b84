package dev.reveille.protocols.device;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.reveille.model.EventClass;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Platform;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.Reason;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.LonePushes;
import dev.reveille.routing.ServerClock;
import dev.reveille.routing.port.PushContent;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Lets a device prove that a push token is its own, where the secret of the installation that
/// holds it is lost (the app was installed anew, say): a secret word is pushed to the holder's
/// address, and whoever echoes it sits where that push arrived.
///
/// Nobody learns who the holder is, and the word opens nothing but that installation's tokens, for
/// the installation that asked, once, within [#LIFE]. Words are kept in memory, as hashes.
///
/// Thread-safe.
final class Challenges {
  static final Duration LIFE = Duration.ofMinutes(5);

  /// The type of the push; its envelope's id is the word.
  static final String TYPE = "reveille:token-challenge";

  private static final Duration BETWEEN_TWO = Duration.ofSeconds(30);
  private static final String PREFIX = "rp_";
  private static final int MOST = 100_000;

  /// On Apple's VoIP channel nothing but a call may arrive.
  private static final List<PushChannel> CHANNELS =
      List.of(PushChannel.MESSAGE, PushChannel.SINGLE, PushChannel.VOIP);

  private record Challenge(InstallationId asker, InstallationId holder) {}

  private final LonePushes pushes;
  private final SecureRandom random = new SecureRandom();
  private final Cache<ByteBuffer, Challenge> open;
  private final Cache<InstallationId, Boolean> recent;

  Challenges(final LonePushes pushes, final ServerClock clock) {
    this.pushes = pushes;
    final var passed = clock.withoutSteps();
    final Ticker ticker = () -> TimeUnit.MILLISECONDS.toNanos(passed.millis());
    this.open =
        Caffeine.newBuilder().ticker(ticker).expireAfterWrite(LIFE).maximumSize(MOST).build();
    this.recent =
        Caffeine.newBuilder()
            .ticker(ticker)
            .expireAfterWrite(BETWEEN_TWO)
            .maximumSize(MOST)
            .build();
  }

  /// Pushes a word to the holder.
  ///
  /// @throws Refusal when it cannot leave, or one left a moment ago
  void push(final InstallationId asker, final Installation holder) {
    final var address =
        address(holder)
            .orElseThrow(() ->
                new Refusal(
                    Reason.NO_MESSAGE_ADDRESS, "its holder has no channel for a challenge"));
    if (recent.asMap().putIfAbsent(asker, true) != null
        || recent.asMap().putIfAbsent(holder.id(), true) != null) {
      throw new Refusal(Reason.RATE_LIMITED, "one challenge at a time", BETWEEN_TWO);
    }
    final var bytes = new byte[24];
    random.nextBytes(bytes);
    final var word = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    open.put(key(word), new Challenge(asker, holder.id()));
    final var content = new PushContent.Wake(word, EventClass.SILENT, TYPE, "");
    final var why = pushes.send(holder, address, content, LIFE);
    if (why.isPresent()) {
      throw new Refusal(why.get(), "the challenge was not pushed");
    }
  }

  private static Optional<PushAddress.Direct> address(final Installation holder) {
    final boolean apple = holder.platform() == Platform.IOS;
    return CHANNELS.stream()
        .filter(channel -> !(apple && channel == PushChannel.VOIP))
        .flatMap(
            channel -> holder.addresses().stream().filter(address -> address.channel() == channel))
        .filter(PushAddress.Direct.class::isInstance)
        .map(PushAddress.Direct.class::cast)
        .findFirst();
  }

  /// Whose tokens an echoed word opens; uses it up.
  Optional<InstallationId> holderProvenBy(final InstallationId asker, final String echo) {
    return Optional.ofNullable(open.asMap().remove(key(echo)))
        .filter(challenge -> challenge.asker.equals(asker))
        .map(Challenge::holder);
  }

  private static ByteBuffer key(final String word) {
    return ByteBuffer.wrap(DeviceTokens.sha256(word));
  }
}
