package dev.reveille.protocols.device;

import dev.reveille.model.Audience;
import dev.reveille.model.Bytes;
import dev.reveille.model.Content;
import dev.reveille.model.EventClass;
import dev.reveille.model.EventIds;
import dev.reveille.model.EventKey;
import dev.reveille.model.Lane;
import dev.reveille.model.Life;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.Intake;
import dev.reveille.routing.Sends;
import dev.reveille.routing.ServerClock;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets a device prove that a push token is its own before a handle stands for it: a secret word is
/// pushed to the token, and the device that tells it is the one that got the push.
///
/// The word is the sealed id of the send that carries it, which stands nowhere else and cannot be
/// guessed. Apple's VoIP channel takes nothing but calls in our own words, so the word is a random
/// one there, in a push of Apple's form. Nothing is kept in memory: what a claim is named after can
/// be told from the word, also after a restart.
///
/// Thread-safe.
final class HandleChallenges {
  /// The type of the push; its envelope's id is the word.
  static final String TYPE = "reveille:handle-challenge";

  private static final Logger LOG = LoggerFactory.getLogger(HandleChallenges.class);
  private static final String SOURCE = Send.SOURCES + "handle";

  /// Begins the names of claims whose word is a random one.
  private static final String OF_WORD = "w-";

  private static final int WORD_BYTES = 16;

  private final Sends sends;
  private final EventIds ids;
  private final ServerClock clock;
  private final SecureRandom random = new SecureRandom();

  HandleChallenges(final Sends sends, final EventIds ids, final ServerClock clock) {
    this.sends = sends;
    this.ids = ids;
    this.clock = clock;
  }

  /// A challenge that was not pushed yet.
  ///
  /// @param name by which the store knows its claim
  /// @param word to be pushed; "" where that is the id of the push itself
  record Challenge(String name, String word) {
    @Override
    public String toString() {
      return "Challenge[…]";
    }
  }

  /// A new one for a token.
  Challenge make(final PushAddress.Direct address) {
    if (!isForCalls(address)) {
      return new Challenge(UUID.randomUUID().toString(), "");
    }
    final byte[] bytes = new byte[WORD_BYTES];
    random.nextBytes(bytes);
    final var word = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    return new Challenge(nameOf(word), word);
  }

  private static boolean isForCalls(final PushAddress.Direct address) {
    return address.service() == PushService.APNS && address.channel() == PushChannel.VOIP;
  }

  private static String nameOf(final String word) {
    return OF_WORD + HexFormat.of().formatHex(DeviceTokens.sha256(word));
  }

  /// @throws Refusal when nothing can leave for the token
  void check(final OrganisationId publisher, final PushAddress.Direct address) {
    final var why = sends.whyNot(publisher, address);
    if (why.isPresent()) {
      throw new Refusal(why.get(), "the challenge was not pushed");
    }
  }

  /// Pushes it, as long as it counts.
  ///
  /// @throws Refusal when it is not kept; then nothing leaves
  void push(
      final Challenge challenge,
      final OrganisationId publisher,
      final PushAddress.Direct address,
      final Instant until) {
    final var refused = new AtomicReference<Intake.Answer.@Nullable NotKept>();
    sends.submit(
        send(challenge, publisher, address, until),
        0,
        answer -> {
          if (answer instanceof final Intake.Answer.NotKept notKept) {
            refused.set(notKept);
          }
          if (!(answer instanceof Intake.Answer.Stored)) {
            LOG.warn("a challenge was not kept: {}", answer);
          }
        });
    if (refused.get() instanceof Intake.Answer.NotKept(var reason, _, var retryAfter)) {
      throw new Refusal(reason, "the challenge was not pushed", retryAfter);
    }
  }

  private Send send(
      final Challenge challenge,
      final OrganisationId publisher,
      final PushAddress.Direct address,
      final Instant until) {
    return new Send(
        new EventKey(publisher, SOURCE, challenge.name()),
        new Life(until, until),
        Lane.NORMAL,
        clock.instant(),
        new Audience.Addresses(
            List.of(new Audience.Addressed(Sends.keyOf(publisher, address), address))),
        challenge.word().isEmpty() ? inOurWords(address) : ofCalls(challenge.word()));
  }

  /// A browser has to show something for each push.
  private static SendContent inOurWords(final PushAddress.Direct address) {
    final var as = address.service() == PushService.WEB_PUSH ? EventClass.ALERT : EventClass.SILENT;
    return new SendContent.Neutral(as, TYPE, "", Content.EMPTY);
  }

  /// Word and type need no escapes in JSON.
  private static SendContent ofCalls(final String word) {
    return new SendContent.Native(
        PushService.APNS,
        Map.of("apns-push-type", "voip", "apns-priority", "10"),
        Bytes.of(
            "{\"aps\":{},\"reveille\":{\"v\":1,\"id\":\"%s\",\"class\":\"silent\",\"type\":\"%s\"}}"
                .formatted(word, TYPE)));
  }

  /// The name of the claim that a word confirms, if it is the word of one. May read the disk.
  String nameFor(final String word) {
    return sendOf(word)
        .flatMap(sends::find)
        .map(stored -> stored.job().key())
        .filter(key -> key.source().equals(SOURCE))
        .map(EventKey::id)
        .filter(name -> !name.startsWith(OF_WORD)) // that one's word is another
        .orElseGet(() -> nameOf(word));
  }

  private Optional<Long> sendOf(final String word) {
    try {
      return ids.sequenceOfSealed(word);
    } catch (final IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
