package dev.reveille.simulators.apple;

import dev.reveille.simulators.service.RefusedCertificates;
import dev.reveille.simulators.service.SimulatedService;
import dev.reveille.simulators.service.Site;
import dev.reveille.simulators.service.Sockets;
import dev.reveille.simulators.tls.LoopbackCertificates;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Apple's push service on loopback: start it, register a key and device tokens, point a sender at
/// it, and look at what arrived.
///
/// ```java
/// try (var apple = AppleSimulator.start(AppleOptions.DEFAULT)) {
///   var key = apple.makeKey();
///   var token = apple.newToken("org.example.app", false);
///   // a sender with key.team(), key.keyId(), key.pem() pushes to apple.production()
///   apple.pushes(token);
/// }
/// ```
public final class AppleSimulator extends SimulatedService {
  private static final int TOKEN_BYTES = 32;

  private final AppleOptions options;
  private final ProviderTokens tokens;
  private final Devices devices;
  private final Gateway production;
  private final Gateway sandbox;
  private final RefusedCertificates refused = new RefusedCertificates();
  private volatile SslContext tls;
  private final Channel sandboxPort;

  private AppleSimulator(final AppleOptions options) {
    super("apple", options.loops(), LoopbackCertificates.make());
    this.options = options;
    tokens = new ProviderTokens(options);
    devices = new Devices(options, counters);
    production = new Gateway(options, false, tokens, devices, site());
    sandbox = new Gateway(options, true, tokens, devices, new Site(faults(), counters));
    tls = tls(options, certificates, refused);
    sandboxPort = sockets.listen(options.sandboxPort(), gateway(sandbox));
    listen(options.port(), gateway(production), options.controlPort(), new ControlJson(this));
  }

  private static SslContext tls(
      final AppleOptions options,
      final LoopbackCertificates certificates,
      final RefusedCertificates refused) {
    final String[] protocols =
        options.alpn() ? new String[] {ApplicationProtocolNames.HTTP_2} : new String[0];
    return options.clientAuthority().isPresent()
        ? Sockets.tlsThatAsks(certificates, refused, protocols)
        : Sockets.tls(certificates, protocols);
  }

  public static AppleSimulator start(final AppleOptions options) {
    return new AppleSimulator(options);
  }

  // ---- addresses ----

  /// `https://127.0.0.1:PORT`, in the place of Apple's production host.
  public String production() {
    return "https://127.0.0.1:" + port();
  }

  /// `https://127.0.0.1:PORT`, in the place of Apple's sandbox host.
  public String sandbox() {
    return "https://127.0.0.1:" + Sockets.port(sandboxPort);
  }

  public int productionPort() {
    return port();
  }

  public int sandboxPort() {
    return Sockets.port(sandboxPort);
  }

  public X509Certificate authority() {
    return certificates.authority();
  }

  // ---- keys ----

  /// A new key of a new team, good in both environments and for all topics, already registered.
  public SigningKey makeKey() {
    final var key = SigningKey.make(random);
    register(key);
    return key;
  }

  public void register(final SigningKey key) {
    register(key, "both", Set.of());
  }

  /// @param environment `production`, `sandbox` or `both`
  /// @param topics the key may send for these only, empty for all
  public void register(final SigningKey key, final String environment, final Set<String> topics) {
    tokens.register(
        new ProviderTokens.Key(
            key.team(), key.keyId(), key.pair().getPublic(), environment, topics));
  }

  public void revoke(final String keyId) {
    tokens.revoke(keyId);
  }

  ProviderTokens tokens() {
    return tokens;
  }

  // ---- certificates ----

  /// Refuses senders that show one of these certificates in the TLS handshake, and no others. What
  /// stands goes on until it is cut.
  ///
  /// @param serials in hexadecimal digits
  /// @throws IllegalArgumentException when one of them is no number
  /// @throws IllegalStateException when senders are not asked for certificates
  public void refuseCertificates(final List<String> serials) {
    if (options.clientAuthority().isEmpty()) {
      throw new IllegalStateException("senders are asked for no certificate");
    }
    refused.only(serials);
    // a session that is resumed shows no certificate: only a context of its own knows no session
    tls = tls(options, certificates, refused);
  }

  RefusedCertificates refusedCertificates() {
    return refused;
  }

  // ---- device tokens and phones ----

  /// A new active device token.
  ///
  /// @param topic with suffix, such as `org.example.app.voip`
  public String newToken(final String topic, final boolean inSandbox) {
    final byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    final String token = HexFormat.of().formatHex(bytes);
    put(DeviceToken.active(token, topic, inSandbox));
    return token;
  }

  /// Creates a device token or changes its state.
  public void put(final DeviceToken token) {
    devices.put(token);
  }

  /// Takes the phone online; it gets what is pushed to this token, first what was kept. Closing the
  /// result takes it offline.
  public AutoCloseable connectPhone(final String token, final Consumer<ArrivedPush> phone) {
    return devices.connect(token, delivery -> phone.accept(delivery.push()));
  }

  Devices devices() {
    return devices;
  }

  // ---- what arrived ----

  /// Everything that arrived for a token so far, refused or not; for all tokens with "".
  public List<ArrivedPush> pushes(final String token) {
    return devices.arrived().list(DeviceToken.spelled(token), 0);
  }

  /// Waits until at least `wanted` have arrived, or the patience is over.
  public List<ArrivedPush> awaitPushes(
      final String token, final int wanted, final Duration patience) throws InterruptedException {
    return devices.arrived().await(DeviceToken.spelled(token), wanted, patience);
  }

  @Override
  public Map<String, Long> counters() {
    final var all = new TreeMap<>(counters.snapshot());
    all.put("by-certificate", production.byCertificate() + sandbox.byCertificate());
    all.put("refused-in-handshake", refused.count());
    return all;
  }

  // ---- connections of senders, of both environments ----

  @Override
  public int openConnections() {
    return site().openConnections() + sandbox.site().openConnections();
  }

  @Override
  public void cutConnections() {
    both(Site::cut);
  }

  @Override
  public void leaveConnections(final String reason) {
    both(site -> site.leave(reason));
  }

  @Override
  public void freezeConnections() {
    both(Site::freeze);
  }

  private void both(final Consumer<Site> what) {
    what.accept(production.site());
    what.accept(sandbox.site());
  }

  AppleOptions options() {
    return options;
  }

  // ---- sockets ----

  private ChannelHandler gateway(final Gateway gateway) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(final Channel channel) {
        channel
            .pipeline()
            .addLast(tls.newHandler(channel.alloc()), gateway.newConnection(), new Unfinished());
      }
    };
  }

  /// Ends connections whose handshake failed, without a line about each.
  private static final class Unfinished extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
      ctx.close();
    }
  }

  @Override
  public void close() {
    sandboxPort.close();
    super.close();
  }
}
