package dev.reveille.push.mpns;

import dev.reveille.http.client.ClientAnswer;
import dev.reveille.http.client.HeaderName;
import dev.reveille.http.client.HttpVersions;
import dev.reveille.http.client.OriginPools;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.http.client.RequestHeaders;
import dev.reveille.model.Credential;
import dev.reveille.model.PushService;
import dev.reveille.push.url.AnswerTable;
import dev.reveille.push.url.UrlService;
import dev.reveille.push.url.UrlSettings;
import dev.reveille.push.windows.AnswerHeaders;
import dev.reveille.push.windows.AnswerHeaders.Named;
import dev.reveille.push.windows.PostHeaders;
import dev.reveille.push.windows.SharedBody;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import io.netty.channel.EventLoopGroup;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// MPNS: toasts, tiles and raw notifications to the channels of Windows Phone, over HTTP/1.1. Never
/// blocks; may be called from any thread.
///
/// Microsoft has ended the service; it is kept for services that take its place.
public final class MpnsService implements UrlService<MpnsAccount> {
  private static final AnswerTable ANSWERS = AnswerTable.of(MpnsService.class, "answers.txt");
  private static final List<String> WORDS =
      List.of("Received", "QueueFull", "Suppressed", "Dropped");
  private static final String HOSTS = ".notify.live.net";
  private static final String XML = "text/xml";

  private static final HeaderName ID = HeaderName.of("x-messageid");
  private static final HeaderName TARGET = HeaderName.of("x-windowsphone-target");
  private static final HeaderName CLASS = HeaderName.of("x-notificationclass");
  private static final byte[] NOTHING = {};

  private static final List<Named> SAID =
      List.of(Named.of("X-DeviceConnectionStatus"), Named.of("X-SubscriptionStatus"));

  private final UrlSettings settings;
  private final EventLoopGroup loops;
  private final MpnsPayload payloads;
  private final PostHeaders posts = new PostHeaders();
  private volatile @Nullable SharedBody<MpnsForm> last;

  /// @param placeholder shown where the real words do not fit
  /// @param settings of the connections that show a certificate; the sender's own
  /// @param loops carry them; they stay the caller's
  public MpnsService(
      final String placeholder, final UrlSettings settings, final EventLoopGroup loops) {
    this.settings = settings;
    this.loops = loops;
    this.payloads = new MpnsPayload(placeholder);
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public PushService service() {
    return PushService.MPNS;
  }

  @Override
  public HttpVersions versions() {
    return HttpVersions.HTTP_1_1;
  }

  @Override
  public MpnsAccount account(final Credential credential) {
    return switch (credential) {
      case Credential.Mpns own -> new MpnsAccount(own, settings, loops);
      case Credential.Apns _,
          Credential.ApnsCertificate _,
          Credential.Fcm _,
          Credential.WebPush _,
          Credential.Wns _ ->
          throw mistaken(credential);
    };
  }

  @Override
  public Optional<String> misplaced(final PublicUrl url) {
    return url.host().endsWith(HOSTS)
        ? Optional.empty()
        : Optional.of("must be a channel of MPNS, on a host below notify.live.net");
  }

  @Override
  public @Nullable OriginPools connections(final MpnsAccount account) {
    return account.pools();
  }

  @Override
  public AnswerTable answers() {
    return ANSWERS;
  }

  @Override
  public String word(final ClientAnswer answer) {
    return AnswerHeaders.word(AnswerHeaders.value(answer, "x-notificationstatus"), WORDS);
  }

  @Override
  public String said(final ClientAnswer answer) {
    return AnswerHeaders.gathered(answer, SAID);
  }

  /// MPNS has no name of its own for a push; it echoes ours.
  @Override
  public String receipt(final ClientAnswer answer) {
    return AnswerHeaders.value(answer, ID.toString());
  }

  @Override
  public Prepared prepare(
      final Push push, final PublicUrl to, final MpnsAccount account, final boolean smallest) {
    return switch (push.content()) {
      case PushContent.Native given -> prepare(given, push.id(), to);
      case PushContent.Ours ours -> prepare(push, ours, to);
    };
  }

  /// Nothing that MPNS answers asks for a smaller message.
  private Prepared prepare(final Push push, final PushContent.Ours content, final PublicUrl to) {
    final var shared = shared(push, content);
    return shared == null
        ? Prepared.Never.tooLarge("too large with the identifier only")
        : new Prepared.Ready(new Ours(to, posts, push.id(), shared.form(), shared.fitted().body()));
  }

  private @Nullable SharedBody<MpnsForm> shared(final Push push, final PushContent.Ours content) {
    final var known = last;
    final long expires = push.deadline().getEpochSecond();
    if (known != null && known.serves(push, content)) {
      return known;
    }
    final var form = MpnsForm.of(content, push.style());
    final var fitted = payloads.body(content, form, push.style(), push.seal(), expires);
    if (fitted.isEmpty()) {
      return null;
    }
    final var made = SharedBody.of(push, content, form, fitted.get());
    last = made;
    return made;
  }

  private Prepared prepare(final PushContent.Native content, final UUID id, final PublicUrl to) {
    final NativeMpns given;
    try {
      given = NativeMpns.of(content);
    } catch (IllegalArgumentException wrong) {
      return Prepared.Never.badly(wrong);
    }
    if (given.body().length > given.largest()) {
      return Prepared.Never.tooLarge(given.body().length + " bytes; at most " + given.largest());
    }
    return new Prepared.Ready(new Theirs(to, posts, id, given));
  }

  private static RequestHeaders begin(
      final RequestHeaders out, final PublicUrl to, final PostHeaders posts) {
    return out.path(ascii(to.path()), NOTHING).constants(posts.of(to, XML));
  }

  /// A push in our own words.
  private record Ours(PublicUrl to, PostHeaders posts, UUID id, MpnsForm form, byte[] body)
      implements Message {
    @Override
    public void head(final RequestHeaders out, final long secondsLeft, final String authorization) {
      begin(out, to, posts).once(ID, id);
      if (!form.target().isEmpty()) {
        out.once(TARGET, ascii(form.target()));
      }
      out.once(CLASS, ascii(form.batch(secondsLeft)));
    }

    @Override
    public boolean isSmallest() {
      return true;
    }
  }

  /// A push in its caller's words.
  private record Theirs(PublicUrl to, PostHeaders posts, UUID id, NativeMpns given)
      implements Message {
    @Override
    public void head(final RequestHeaders out, final long secondsLeft, final String authorization) {
      begin(out, to, posts);
      if (!given.hasId()) {
        out.once(ID, id);
      }
      given.headers().forEach(header -> out.once(header.name(), header.value()));
      if (!given.batch().isEmpty()) {
        out.once(CLASS, ascii(given.batch()));
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
