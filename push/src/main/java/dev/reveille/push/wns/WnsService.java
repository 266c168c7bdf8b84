package dev.reveille.push.wns;

import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.HeaderName;
import dev.reveille.http.client.HttpVersions;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.http.client.RequestHeaders;
import dev.reveille.model.Credential;
import dev.reveille.model.PushService;
import dev.reveille.push.app.AccessToken;
import dev.reveille.push.payload.Extent;
import dev.reveille.push.url.AnswerTable;
import dev.reveille.push.url.UrlService;
import dev.reveille.push.url.UrlSettings;
import dev.reveille.push.windows.AnswerHeaders;
import dev.reveille.push.windows.AnswerHeaders.Named;
import dev.reveille.push.windows.PayloadFitter;
import dev.reveille.push.windows.PostHeaders;
import dev.reveille.push.windows.SharedBody;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import io.netty.channel.EventLoopGroup;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// WNS: toasts and raw notifications to the channels of Windows, over HTTP/1.1 and with a
/// `content-length`, as WNS wants it. Never blocks; may be called from any thread.
public final class WnsService implements UrlService<WnsAccount> {
  private static final AnswerTable ANSWERS = AnswerTable.of(WnsService.class, "answers.txt");
  private static final List<String> WORDS = List.of("received", "dropped", "channelthrottled");
  private static final String HOSTS = ".notify.windows.com";
  private static final String XML = "text/xml";
  private static final String OCTETS = "application/octet-stream";

  private static final HeaderName AUTHORIZATION = HeaderName.of("authorization");
  private static final HeaderName TYPE = HeaderName.of("x-wns-type");
  private static final HeaderName TTL = HeaderName.of("x-wns-ttl");
  private static final HeaderName TAG = HeaderName.of("x-wns-tag");
  private static final HeaderName GROUP = HeaderName.of("x-wns-group");
  private static final HeaderName PRIORITY = HeaderName.of("x-wns-priority");
  private static final HeaderName QUIET = HeaderName.of("x-wns-suppresspopup");
  private static final HeaderName CACHE = HeaderName.of("x-wns-cache-policy");
  private static final HeaderName STATUS = HeaderName.of("x-wns-requestforstatus");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] NO_CACHE = ascii("no-cache");
  private static final byte[] OUR_GROUP = ascii(WnsForm.GROUP);
  private static final byte[] NOTHING = {};

  /// A channel lives thirty days; nothing waits longer for its device.
  private static final long LONGEST_TTL = 30L * 24 * 3_600;

  private static final String NAME_OF_PUSH = "x-wns-msg-id";

  /// What says why a push is not seen: Microsoft asks for these when something is reported.
  private static final List<Named> SAID =
      List.of(
          Named.of("X-WNS-DeviceConnectionStatus"),
          Named.of("X-WNS-Error-Description"),
          Named.of("X-WNS-Debug-Trace"),
          Named.of("MS-CV"));

  /// Beside them where no push got a name.
  private static final List<Named> SAID_OF_FAILURE =
      List.of(SAID.get(0), SAID.get(1), Named.of("X-WNS-Msg-ID"), SAID.get(2), SAID.get(3));

  private final UrlSettings settings;
  private final EventLoopGroup loops;
  private final InstantSource clock;
  private final WnsPayload payloads;
  private final PostHeaders posts = new PostHeaders();
  private volatile @Nullable SharedBody<WnsForm> last;

  /// @param placeholder shown where the real words do not fit
  /// @param settings how token requests leave; the sender's own
  /// @param loops carry them; they stay the caller's
  public WnsService(
      final String placeholder,
      final UrlSettings settings,
      final EventLoopGroup loops,
      final InstantSource clock) {
    this.settings = settings;
    this.loops = loops;
    this.clock = clock;
    this.payloads = new WnsPayload(placeholder);
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public PushService service() {
    return PushService.WNS;
  }

  @Override
  public HttpVersions versions() {
    return HttpVersions.HTTP_1_1;
  }

  @Override
  public WnsAccount account(final Credential credential) {
    return switch (credential) {
      case Credential.Wns own -> new WnsAccount(own, settings, loops, clock);
      case Credential.Apns _,
          Credential.ApnsCertificate _,
          Credential.Fcm _,
          Credential.WebPush _,
          Credential.Mpns _ ->
          throw mistaken(credential);
    };
  }

  @Override
  public AccessToken token(final WnsAccount account) {
    return account.token();
  }

  /// An access token that went elsewhere would be another's to use.
  @Override
  public Optional<String> misplaced(final PublicUrl url) {
    return url.host().endsWith(HOSTS)
        ? Optional.empty()
        : Optional.of("must be a channel of WNS, on a host below notify.windows.com");
  }

  @Override
  public AnswerTable answers() {
    return ANSWERS;
  }

  @Override
  public String word(final ClientAnswer answer) {
    final var now = AnswerHeaders.value(answer, "x-wns-notificationstatus");
    final var word = now.isEmpty() ? AnswerHeaders.value(answer, "x-wns-status") : now;
    return AnswerHeaders.word(word, WORDS);
  }

  @Override
  public String said(final ClientAnswer answer) {
    return AnswerHeaders.gathered(
        answer,
        ANSWERS.find(answer.status(), word(answer)).action() == AnswerTable.Action.ACCEPTED
            ? SAID
            : SAID_OF_FAILURE);
  }

  @Override
  public String receipt(final ClientAnswer answer) {
    return AnswerHeaders.value(answer, NAME_OF_PUSH);
  }

  @Override
  public Prepared prepare(
      final Push push, final PublicUrl to, final WnsAccount account, final boolean smallest) {
    return switch (push.content()) {
      case PushContent.Native given -> prepare(given, to);
      case PushContent.Ours ours -> prepare(push, ours, to, smallest);
    };
  }

  private Prepared prepare(
      final Push push, final PushContent.Ours content, final PublicUrl to, final boolean smallest) {
    final var shared = smallest ? made(push, content, true) : shared(push, content);
    return shared == null
        ? Prepared.Never.tooLarge(
            "more than " + WnsPayload.LARGEST + " bytes with the identifier only")
        : new Prepared.Ready(new Ours(to, posts, shared.form(), shared.fitted()));
  }

  private @Nullable SharedBody<WnsForm> shared(final Push push, final PushContent.Ours content) {
    final var known = last;
    if (known != null && known.serves(push, content)) {
      return known;
    }
    final var made = made(push, content, false);
    if (made != null) {
      last = made;
    }
    return made;
  }

  private @Nullable SharedBody<WnsForm> made(
      final Push push, final PushContent.Ours content, final boolean smallest) {
    final long expires = push.deadline().getEpochSecond();
    final var form = WnsForm.of(content, push.style());
    return payloads
        .body(content, form, push.style(), push.seal(), expires, smallest)
        .map(fitted -> SharedBody.of(push, content, form, fitted))
        .orElse(null);
  }

  private Prepared prepare(final PushContent.Native content, final PublicUrl to) {
    final NativeWns given;
    try {
      given = NativeWns.of(content);
    } catch (IllegalArgumentException wrong) {
      return Prepared.Never.badly(wrong);
    }
    if (given.body().length > WnsPayload.LARGEST) {
      return Prepared.Never.tooLarge(given.body().length + " bytes; at most " + WnsPayload.LARGEST);
    }
    return new Prepared.Ready(new Theirs(to, posts, given));
  }

  private static void begin(
      final RequestHeaders out,
      final PublicUrl to,
      final PostHeaders posts,
      final String type,
      final String authorization) {
    out.path(ascii(to.path()), NOTHING)
        .constants(posts.of(to, type.equals(WnsForm.RAW) ? OCTETS : XML))
        .once(TYPE, ascii("wns/" + type))
        .once(AUTHORIZATION, ascii(authorization));
  }

  private static void ttl(final RequestHeaders out, final long secondsLeft) {
    out.once(TTL, Math.min(secondsLeft, LONGEST_TTL));
  }

  /// A push in our own words.
  private record Ours(PublicUrl to, PostHeaders posts, WnsForm form, PayloadFitter.Fitted fitted)
      implements Message {
    @Override
    public void head(final RequestHeaders out, final long secondsLeft, final String authorization) {
      begin(out, to, posts, form.type(), authorization);
      ttl(out, secondsLeft);
      if (form.isToast()) {
        out.once(TAG, ascii(form.tag())).once(GROUP, OUR_GROUP);
      } else {
        out.once(CACHE, NO_CACHE);
      }
      if (form.quiet()) {
        out.once(QUIET, TRUE);
      }
      out.once(PRIORITY, ascii(form.priority().word())).once(STATUS, TRUE);
    }

    @Override
    public byte[] body() {
      return fitted.body();
    }

    @Override
    public boolean isSmallest() {
      return fitted.extent() == Extent.ID_ONLY;
    }
  }

  /// A push in its caller's words.
  private record Theirs(PublicUrl to, PostHeaders posts, NativeWns given) implements Message {
    @Override
    public void head(final RequestHeaders out, final long secondsLeft, final String authorization) {
      begin(out, to, posts, given.type(), authorization);
      given.headers().forEach(header -> out.once(header.name(), header.value()));
      if (!given.hasTtl()) {
        ttl(out, secondsLeft);
      }
      if (!given.tag().isEmpty()) {
        out.once(TAG, ascii(given.tag()));
      }
      if (!given.hasStatus()) {
        out.once(STATUS, TRUE);
      }
    }

    @Override
    public byte[] body() {
      return given.body();
    }

    @Override
    public boolean isSmallest() {
      return true;
    }
  }
}
