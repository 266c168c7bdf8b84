package dev.reveille.protocols.device;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.reveille.model.Audience;
import dev.reveille.model.Content;
import dev.reveille.model.EventClass;
import dev.reveille.model.EventIds;
import dev.reveille.model.EventKey;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.Lane;
import dev.reveille.model.Life;
import dev.reveille.model.Platform;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.TimeScale;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.Intake;
import dev.reveille.routing.Sends;
import dev.reveille.routing.ServerClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets a device prove that a push token is its own when the secret of the installation that holds
/// it is lost, such as after the app was installed anew: a secret word is pushed to the holder's
/// address, and the device that echoes it is the one that got the push.
///
/// The asker does not learn who the holder is, and the word opens nothing but that installation's
/// tokens, for the installation that asked, once, within [#LIFE]. The word is the sealed id of the
/// send that tells it: it stands nowhere else, and cannot be guessed. What it opens is kept in
/// memory.
///
/// Thread-safe.
final class Challenges {
  private static final Logger LOG = LoggerFactory.getLogger(Challenges.class);
  static final Duration LIFE = TimeScale.divide(Duration.ofMinutes(5), TimeScale.OF_A_PEER);

  /// The type of the push; its envelope's id is the word.
  static final String TYPE = "reveille:token-challenge";

  private static final Duration BETWEEN_TWO = TimeScale.divide(Duration.ofSeconds(30));

  private static final String SOURCE = Send.SOURCES + "challenge";

  private static final int MOST = 100_000;

  /// On Apple's VoIP channel nothing but a call may arrive.
  private static final List<PushChannel> CHANNELS =
      List.of(PushChannel.MESSAGE, PushChannel.SINGLE, PushChannel.VOIP);

  private record Challenge(InstallationId asker, InstallationId holder) {}

  private final Sends sends;
  private final EventIds ids;
  private final ServerClock clock;

  /// By the id of its send.
  private final Cache<String, Challenge> open;

  private final Cache<InstallationId, Boolean> recent;

  Challenges(final Sends sends, final EventIds ids, final ServerClock clock) {
    this.sends = sends;
    this.ids = ids;
    this.clock = clock;
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
    final var why = sends.whyNot(holder, address);
    if (why.isPresent()) {
      throw new Refusal(why.get(), "the challenge was not pushed");
    }
    final var challenge = new Challenge(asker, holder.id());
    final var id = UUID.randomUUID().toString();
    open.put(id, challenge);
    final var refused = new AtomicReference<Intake.Answer.@Nullable NotKept>();
    sends.submit(
        send(id, holder, address),
        0,
        answer -> {
          if (!(answer instanceof Intake.Answer.Stored)) {
            open.invalidate(id);
            recent.invalidate(asker);
            recent.invalidate(holder.id());
            LOG.warn("a challenge was not kept: {}", answer);
          }
          if (answer instanceof final Intake.Answer.NotKept notKept) {
            refused.set(notKept);
          }
        });
    if (refused.get() instanceof Intake.Answer.NotKept(var reason, _, var retryAfter)) {
      throw new Refusal(reason, "the challenge was not pushed", retryAfter); // nothing was stored
    }
  }

  /// One address is told, in silence, as long as its answer counts.
  private Send send(final String id, final Installation holder, final PushAddress.Direct address) {
    final var now = clock.instant();
    final var until = now.plus(LIFE);
    return new Send(
        new EventKey(holder.organisation(), SOURCE, id),
        new Life(until, until),
        Lane.NORMAL,
        now,
        new Audience.Addresses(
            List.of(new Audience.Addressed(Sends.keyOf(holder, address), address))),
        new SendContent.Neutral(EventClass.SILENT, TYPE, "", Content.EMPTY));
  }

  private static Optional<PushAddress.Direct> address(final Installation holder) {
    final boolean apple = holder.platform() == Platform.IOS;
    return CHANNELS.stream()
        .filter(channel -> !(apple && channel == PushChannel.VOIP))
        .flatMap(
            channel -> holder.addresses().stream().filter(address -> address.channel() == channel))
        .filter(address -> address.service() != PushService.HUB) // it carries calls
        .filter(PushAddress.Direct.class::isInstance)
        .map(PushAddress.Direct.class::cast)
        .findFirst();
  }

  /// Whose tokens an echoed word opens; uses it up.
  Optional<InstallationId> holderProvenBy(final InstallationId asker, final String echo) {
    return sendOf(echo)
        .flatMap(sends::find)
        .map(stored -> open.asMap().remove(stored.job().key().id()))
        .filter(challenge -> challenge.asker.equals(asker))
        .map(Challenge::holder);
  }

  /// A word that was made up names no send, so guesses read no disk.
  private Optional<Long> sendOf(final String word) {
    try {
      return ids.sequenceOfSealed(word);
    } catch (final IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
