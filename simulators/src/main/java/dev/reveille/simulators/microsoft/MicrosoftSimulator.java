package dev.reveille.simulators.microsoft;

import dev.reveille.simulators.microsoft.WindowsChannel.Reach;
import dev.reveille.simulators.microsoft.WindowsChannel.Service;
import dev.reveille.simulators.microsoft.WindowsChannel.State;
import dev.reveille.simulators.service.CallerHttp1;
import dev.reveille.simulators.service.Fault;
import dev.reveille.simulators.service.SimulatedService;
import dev.reveille.simulators.service.Sockets;
import dev.reveille.simulators.tls.LoopbackCertificates;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Microsoft's push services on loopback: start it, make an identity and channels, point a sender
/// at their URIs, and look at what arrived.
///
/// ```java
/// try (var microsoft = MicrosoftSimulator.start(MicrosoftOptions.DEFAULT)) {
///   var identity = microsoft.makeStoreIdentity();
///   var channel = microsoft.newChannel(identity.clientId());
///   // a sender with the identity's secret gets a token at microsoft.storeTokenUri() and pushes to
///   // microsoft.uri(channel)
///   microsoft.pushes(channel);
/// }
/// ```
public final class MicrosoftSimulator extends SimulatedService {
  private static final int TOKEN_BYTES = 75;
  private static final Duration CHANNEL_LIFE = Duration.ofDays(30);

  private final MicrosoftOptions options;
  private final MicrosoftTokens tokens;
  private final WindowsChannels channels;
  private final MicrosoftService service;

  private MicrosoftSimulator(final MicrosoftOptions options) {
    super("microsoft", options.loops(), LoopbackCertificates.alsoFor(options.host()));
    this.options = options;
    tokens = new MicrosoftTokens(options);
    channels = new WindowsChannels(options, counters);
    service = new MicrosoftService(options, tokens, channels, site());
    listen(options.port(), callers(), options.controlPort(), new MicrosoftControl(this));
  }

  public static MicrosoftSimulator start(final MicrosoftOptions options) {
    return new MicrosoftSimulator(options);
  }

  private ChannelHandler callers() {
    final var tls = Sockets.tlsThatAsks(certificates);
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(final Channel channel) {
        channel.pipeline().addLast(tls.newHandler(channel.alloc()));
        CallerHttp1.into(channel.pipeline(), service, options.clock());
      }
    };
  }

  // ---- addresses ----

  /// `https://127.0.0.1:PORT`, for all that Microsoft's hosts do.
  public String endpoint() {
    return "https://127.0.0.1:" + port();
  }

  /// In the place of `https://login.live.com/accesstoken.srf`.
  public String storeTokenUri() {
    return endpoint() + MicrosoftTokens.STORE_PATH;
  }

  /// In the place of `https://login.microsoftonline.com/TENANT/oauth2/v2.0/token`.
  public String entraTokenUri(final String tenant) {
    return endpoint() + "/" + tenant + "/oauth2/v2.0/token";
  }

  // ---- identities and certificates ----

  /// A new identity of the Store.
  public MicrosoftIdentity makeStoreIdentity() {
    final String sid =
        random
            .ints(7, 0, Integer.MAX_VALUE)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining("-", "ms-app://s-1-15-2-", ""));
    final var identity = new MicrosoftIdentity("", sid, secret());
    register(identity);
    return identity;
  }

  /// A new identity of a new tenant of Entra.
  public MicrosoftIdentity makeEntraIdentity() {
    final var identity =
        new MicrosoftIdentity(UUID.randomUUID().toString(), UUID.randomUUID().toString(), secret());
    register(identity);
    return identity;
  }

  private String secret() {
    final byte[] bytes = new byte[24];
    random.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes); // may hold + and /, as the real ones do
  }

  public void register(final MicrosoftIdentity identity) {
    tokens.register(identity);
  }

  /// Takes an identity back, with all access tokens that it earned.
  public void revoke(final String clientId) {
    tokens.revoke(clientId);
  }

  /// All access tokens end before their time.
  public void endAccessTokens() {
    tokens.endAll();
  }

  /// So many access tokens were handed out.
  public long accessTokens() {
    return tokens.issuedSoFar();
  }

  MicrosoftTokens tokens() {
    return tokens;
  }

  /// MPNS: a developer registers this certificate under a name.
  public void register(final String name, final X509Certificate certificate) {
    service.mpns().register(name, certificate);
  }

  /// MPNS: a new certificate, already registered under this name.
  public LoopbackCertificates makeCertificate(final String name) {
    final var made = LoopbackCertificates.client(name);
    register(name, made.chain().getFirst());
    return made;
  }

  // ---- channels and devices ----

  /// WNS: a new channel of this identity, or of any with "". Answers its token.
  public String newChannel(final String clientId) {
    return made(Service.WNS, clientId);
  }

  /// MPNS: a new channel; with a name only a sender with that certificate reaches it. Answers its
  /// token.
  public String newPhoneChannel(final String certificateName) {
    return made(Service.MPNS, certificateName);
  }

  private String made(final Service which, final String owner) {
    final byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    final String token = "AgUA" + Base64.getUrlEncoder().encodeToString(bytes) + "=";
    put(
        new WindowsChannel(
            token,
            which,
            owner,
            State.ACTIVE,
            Reach.AS_IT_IS,
            Set.of(),
            options.clock().instant().plus(CHANNEL_LIFE)));
    return token;
  }

  /// Creates a channel or changes it.
  public void put(final WindowsChannel channel) {
    channels.put(channel);
  }

  /// @throws IllegalArgumentException when there is none
  public WindowsChannel channel(final String token) {
    return channels
        .channel(token)
        .orElseThrow(() -> new IllegalArgumentException("there is no such channel"));
  }

  /// The URI that an app hands to its server.
  public String uri(final String token) {
    final var channel = channel(token);
    final String origin = "https://" + options.host() + ":" + port();
    return switch (channel.service()) {
      case WNS -> origin + "/?token=" + token.replace("=", "%3d");
      case MPNS ->
          origin
              + (channel.owner().isEmpty() ? "/throttled" : "/unthrottled")
              + "thirdparty/01.00/"
              + token;
    };
  }

  /// Takes the device online; it hears what is pushed to this channel, first what was kept. Closing
  /// the result takes it offline.
  public AutoCloseable connectDevice(
      final String token, final Consumer<ArrivedNotification> device) {
    return channels.connect(token, delivery -> device.accept(delivery.push()));
  }

  WindowsChannels channels() {
    return channels;
  }

  // ---- what arrived ----

  /// Everything that arrived for a channel so far, refused or not; for all channels with "".
  public List<ArrivedNotification> pushes(final String token) {
    return channels.arrived().list(token, 0);
  }

  /// Waits until at least `wanted` have arrived, or the patience is over.
  public List<ArrivedNotification> awaitPushes(
      final String token, final int wanted, final Duration patience) throws InterruptedException {
    return channels.arrived().await(token, wanted, patience);
  }

  @Override
  public Map<String, Long> counters() {
    final var all = new TreeMap<>(counters.snapshot());
    all.put("access-tokens", tokens.issuedSoFar());
    return all;
  }

  // ---- faults ----

  /// A fault that meets the token endpoints only.
  public void tokenFault(final Fault fault) {
    fault(fault.to(MicrosoftService.OAUTH));
  }
}
