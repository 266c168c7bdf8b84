package dev.reveille.push.webpush;

import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.HttpVersions;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.SubscriptionKeys;
import dev.reveille.push.payload.Extent;
import dev.reveille.push.payload.ShownEnvelope;
import dev.reveille.push.url.AnswerTable;
import dev.reveille.push.url.UrlService;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes the requests of Web Push (RFC 8030) and reads the answers; `UrlSender` sends them. Our own
/// content is encrypted for the subscription (RFC 8291) and gets urgency, topic and the time to
/// live that is left, at most 28 days; it is shortened, down to the event's id, to fit into a body
/// of 4,096 bytes. A native push keeps its body, urgency, topic and ttl. Refused without a request:
/// a subscription without keys, a push that shows nothing where the app's credentials do not allow
/// it, a native push with other headers or a larger body. Thread-safe and never blocks; encrypting
/// costs time, so it runs on threads of its own ([UrlService#isCostly]).
public final class WebPushService implements UrlService<VapidAccount> {
  private static final AnswerTable ANSWERS = AnswerTable.of(WebPushService.class, "answers.txt");

  private static final Set<String> CALLERS_HEADERS = Set.of("ttl", "urgency", "topic");
  private static final ThreadLocal<MessageEncryption> ENCRYPTION =
      ThreadLocal.withInitial(MessageEncryption::new);

  /// What many pushes of one event share: a fan-out says the same to many.
  private record Plain(
      PushContent.Ours content,
      NotificationStyle style,
      Seal seal,
      long expires,
      ShownEnvelope.Fitted fitted) {}

  private final InstantSource clock;
  private final ShownEnvelope envelope;
  private final @Nullable PushReceipts receipts;
  private volatile @Nullable Plain last;

  /// @param placeholder shown where the real words do not fit
  public WebPushService(final String placeholder, final InstantSource clock) {
    this(placeholder, clock, null);
  }

  /// @param placeholder shown where the real words do not fit
  /// @param receipts asked for where a service has them; null for none
  public WebPushService(
      final String placeholder, final InstantSource clock, final @Nullable PushReceipts receipts) {
    this.clock = clock;
    this.envelope = new ShownEnvelope(placeholder);
    this.receipts = receipts;
  }

  @Override
  public PushService service() {
    return PushService.WEB_PUSH;
  }

  @Override
  public HttpVersions versions() {
    return HttpVersions.EITHER;
  }

  @Override
  public VapidAccount account(final Credential credential) {
    return switch (credential) {
      case Credential.WebPush own -> new VapidAccount(own, clock);
      case Credential.Apns _,
          Credential.ApnsCertificate _,
          Credential.Fcm _,
          Credential.Wns _,
          Credential.Mpns _ ->
          throw mistaken(credential);
    };
  }

  @Override
  public boolean isCostly() {
    return true;
  }

  @Override
  public AnswerTable answers() {
    return ANSWERS;
  }

  /// Where the message can be asked about; its path, since the host is known.
  @Override
  public String receipt(final ClientAnswer answer) {
    final var location = answer.header("location").orElse("");
    final int path = location.indexOf('/', Math.max(0, location.indexOf("://") + 3));
    return plain(path < 0 ? location : location.substring(path));
  }

  /// A push service says in words what it dislikes; Mozilla as JSON, others as text.
  @Override
  public String said(final ClientAnswer answer) {
    return answer.status() < 300 || !answer.hasBody() ? "" : plain(answer.bodyText());
  }

  private static String plain(final String text) {
    final var line = text.replaceAll("[^\\x20-\\x7E]+", " ").strip();
    return line.length() > 200 ? line.substring(0, 200) : line;
  }

  @Override
  public Prepared prepare(
      final Push push, final PublicUrl to, final VapidAccount account, final boolean smallest) {
    final var keys = push.to().keys().orElse(null);
    if (keys == null) {
      return new Prepared.Never(
          Refused.byUs(Reason.TOKEN_NOT_USABLE, "the subscription has no p256dh and auth"));
    }
    return switch (push.content()) {
      case PushContent.Native given -> prepare(given, to, account, keys);
      case PushContent.Ours ours -> prepare(push, ours, to, account, keys, smallest);
    };
  }

  private Prepared prepare(
      final Push push,
      final PushContent.Ours content,
      final PublicUrl to,
      final VapidAccount account,
      final SubscriptionKeys keys,
      final boolean smallest) {
    final var form = WebPushForm.of(content, push.style());
    if (!form.shows() && !account.allowsSilent()) {
      return new Prepared.Never(Refused.byUs(Reason.SILENT_WEB_PUSH, ""));
    }
    final long expires = push.deadline().getEpochSecond();
    final var fitted =
        smallest
            ? envelope.smallest(content, push.style(), push.seal(), form.shows(), expires)
            : fitting(push, content, form, expires);
    return new Prepared.Ready(
        new WebPushMessage(
            receipts,
            to,
            account,
            encrypted(fitted.json(), keys),
            form.urgency(),
            WebPushForm.topic(content),
            "",
            fitted.extent() == Extent.ID_ONLY));
  }

  private ShownEnvelope.Fitted fitting(
      final Push push, final PushContent.Ours content, final WebPushForm form, final long expires) {
    final var known = last;
    if (known != null
        && known.content() == content
        && known.style() == push.style()
        && known.seal() == push.seal()
        && known.expires() == expires) {
      return known.fitted();
    }
    final var made =
        envelope.fitting(
            content, push.style(), push.seal(), form.shows(), MessageEncryption.LARGEST, expires);
    last = new Plain(content, push.style(), push.seal(), expires, made);
    return made;
  }

  /// The caller's body is encrypted as it is; its headers go out as they are.
  private Prepared prepare(
      final PushContent.Native given,
      final PublicUrl to,
      final VapidAccount account,
      final SubscriptionKeys keys) {
    if (!CALLERS_HEADERS.containsAll(given.headers().keySet())) {
      return new Prepared.Never(
          Refused.byUs(
              Reason.BAD_REQUEST, "of a caller's headers Web Push takes ttl, urgency and topic"));
    }
    if (given.body().length() > MessageEncryption.LARGEST) {
      return new Prepared.Never(
          Refused.byUs(
              Reason.PAYLOAD_TOO_LARGE,
              given.body().length() + " bytes; at most " + MessageEncryption.LARGEST));
    }
    return new Prepared.Ready(
        new WebPushMessage(
            receipts,
            to,
            account,
            encrypted(given.body().toArray(), keys),
            given.headers().getOrDefault("urgency", ""),
            given.headers().getOrDefault("topic", ""),
            given.headers().getOrDefault("ttl", ""),
            true));
  }

  private static byte[] encrypted(final byte[] plain, final SubscriptionKeys keys) {
    try {
      return ENCRYPTION.get().encrypt(plain, keys);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a message could not be encrypted", e);
    }
  }
}
