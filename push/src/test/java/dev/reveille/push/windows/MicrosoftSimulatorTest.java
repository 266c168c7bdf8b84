package dev.reveille.push.windows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.ClientEventLoops;
import dev.reveille.model.AppCredential;
import dev.reveille.model.AppId;
import dev.reveille.model.Bytes;
import dev.reveille.model.CallId;
import dev.reveille.model.Credential;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.EventClass;
import dev.reveille.model.Lane;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.PushToken;
import dev.reveille.model.TargetKey;
import dev.reveille.push.SenderStage;
import dev.reveille.push.app.AllowedHosts;
import dev.reveille.push.app.Endpoint;
import dev.reveille.push.app.KnownApps;
import dev.reveille.push.app.WayOut;
import dev.reveille.push.mpns.MpnsService;
import dev.reveille.push.url.UrlSender;
import dev.reveille.push.url.UrlService;
import dev.reveille.push.url.UrlSettings;
import dev.reveille.push.wns.WnsService;
import dev.reveille.routing.port.NotificationStyle;
import dev.reveille.routing.port.NotificationStyle.Interruption;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Seal;
import dev.reveille.routing.port.WorkKey;
import dev.reveille.simulators.microsoft.MicrosoftIdentity;
import dev.reveille.simulators.microsoft.MicrosoftOptions;
import dev.reveille.simulators.microsoft.MicrosoftSimulator;
import dev.reveille.simulators.microsoft.WindowsChannel;
import dev.reveille.simulators.tls.LoopbackCertificates;
import io.netty.channel.EventLoopGroup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The senders and Microsoft's simulator, which refuses what its services refuse: every form of a
/// push is taken.
final class MicrosoftSimulatorTest {
  private static final AppId APP = new AppId("softphone");
  private static final NotificationStyle.Words NONE = NotificationStyle.Words.NONE;
  private static EventLoopGroup loops;
  private static MicrosoftSimulator microsoft;
  private static UrlSettings settings;

  @BeforeAll
  static void open() {
    loops = ClientEventLoops.start(1, "microsoft-test");
    microsoft = MicrosoftSimulator.start(MicrosoftOptions.DEFAULT.withHost("127.0.0.1"));
    final var here = "127.0.0.1:" + microsoft.port();
    settings =
        UrlSettings.of(
            new WayOut(
                AllowedHosts.SERVICES.with(List.of(here)),
                Map.of(here, Endpoint.certificates(microsoft.authorityPem())),
                Map.of(),
                Optional.empty()));
  }

  @AfterAll
  static void close() {
    microsoft.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static UrlSender<?> windows(final MicrosoftIdentity identity) {
    return sender(
        new WnsService("New message", settings, loops, InstantSource.system()),
        new Credential.Wns(
            identity.tenant(),
            identity.clientId(),
            identity.secret(),
            "",
            microsoft.endpoint(),
            microsoft.authorityPem()));
  }

  private static UrlSender<?> phones(final Credential.Mpns credential) {
    return sender(new MpnsService("New message", settings, loops), credential);
  }

  private static <A extends KnownApps.Account> UrlSender<A> sender(
      final UrlService<A> service, final Credential credential) {
    return new UrlSender<>(
        service,
        _ -> List.of(new AppCredential(credential)),
        loops,
        settings,
        InstantSource.system(),
        (_, _, _) -> {});
  }

  private static PushContent.Notice notice(final int badge) {
    return new PushContent.Notice(
        "7-2", EventClass.MESSAGE, "chat", "Anna & Bob", "calls <now>", Map.of(), "", "c", badge);
  }

  private static NotificationStyle passive() {
    return new NotificationStyle(
        new NotificationStyle.Words.Text("Anna"),
        NONE,
        NONE,
        "",
        "",
        "",
        Interruption.PASSIVE,
        "",
        "");
  }

  private static PushContent.Native given(final Map<String, String> headers, final String body) {
    return new PushContent.Native("7-9", headers, Bytes.of(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static String outcome(
      final UrlSender<?> sender,
      final PushService service,
      final String channel,
      final PushContent content,
      final NotificationStyle style)
      throws Exception {
    final var push =
        new Push(
            new WorkKey(7, new TargetKey("i-1")),
            new PushAddress.Direct(
                service,
                PushChannel.SINGLE,
                APP,
                false,
                new PushToken(microsoft.uri(channel)),
                Instant.now().minusSeconds(60)),
            UUID.randomUUID(),
            content,
            style,
            Seal.OPEN,
            Lane.NORMAL,
            Instant.now().plus(Duration.ofHours(1)),
            1,
            () -> true);
    final var heard = new LinkedBlockingQueue<DeliveryOutcome>();
    sender.send(List.of(push), (_, outcome) -> heard.add(outcome));
    return SenderStage.told(java.util.Objects.requireNonNull(heard.poll(20, TimeUnit.SECONDS)));
  }

  private static String outcome(
      final UrlSender<?> sender,
      final PushService service,
      final String channel,
      final PushContent content)
      throws Exception {
    return outcome(sender, service, channel, content, NotificationStyle.of(content));
  }

  private static List<PushContent> kinds() {
    final var call = new CallId(UUID.randomUUID());
    return List.of(
        new PushContent.Ring("7-1", call, "Anna", "sip:anna@example.org", true),
        new PushContent.CallOver("7-3", call, "cancelled", "Missed call", 1),
        notice(3),
        notice(-1),
        new PushContent.Wake("7-5", EventClass.CHANGE, "mail", "changes"));
  }

  @Test
  void every_kind_is_taken_of_an_identity_of_the_store_and_of_entra() throws Exception {
    for (final var identity :
        List.of(microsoft.makeStoreIdentity(), microsoft.makeEntraIdentity())) {
      try (var sender = windows(identity)) {
        final var channel = microsoft.newChannel(identity.clientId());
        // else WNS drops what is raw and not kept
        microsoft.put(microsoft.channel(channel).with(WindowsChannel.Reach.CONNECTED));
        for (final var content : kinds()) {
          final var told = outcome(sender, PushService.WNS, channel, content);
          assertTrue(told.startsWith("handed-over "), told);
        }
        final var told = outcome(sender, PushService.WNS, channel, notice(1), passive());
        assertTrue(told.startsWith("handed-over "), told);
        assertEquals(
            List.of("toast", "toast", "toast", "toast", "raw", "toast"),
            microsoft.pushes(channel).stream().map(push -> push.type()).toList());
      }
    }
  }

  @Test
  void badge_and_tile_of_a_caller_are_taken() throws Exception {
    final var identity = microsoft.makeStoreIdentity();
    try (var sender = windows(identity)) {
      final var channel = microsoft.newChannel(identity.clientId());
      for (final var content :
          List.of(
              given(Map.of(), "<badge value=\"7\"/>"),
              given(
                  Map.of("x-wns-tag", "unread"),
                  "<tile><visual><binding template=\"TileSquareText04\"><text id=\"1\">x</text>"
                      + "</binding></visual></tile>"))) {
        final var told = outcome(sender, PushService.WNS, channel, content);
        assertTrue(told.startsWith("handed-over "), told);
      }
    }
  }

  @Test
  void what_wns_says_of_channel_and_identity_is_understood() throws Exception {
    final var identity = microsoft.makeStoreIdentity();
    try (var sender = windows(identity)) {
      final var gone = microsoft.newChannel(identity.clientId());
      microsoft.put(microsoft.channel(gone).with(WindowsChannel.State.EXPIRED));
      assertTrue(
          outcome(sender, PushService.WNS, gone, notice(1))
              .startsWith("refused TOKEN_RETIRED Gone 410"));
      final var others = microsoft.newChannel(microsoft.makeStoreIdentity().clientId());
      assertTrue(
          outcome(sender, PushService.WNS, others, notice(1))
              .startsWith("refused TOKEN_WRONG_SENDER Doubted 403"));
      final var unwanted = microsoft.newChannel(identity.clientId());
      microsoft.put(microsoft.channel(unwanted).suppressing(Set.of("toast")));
      assertTrue(
          outcome(sender, PushService.WNS, unwanted, notice(1))
              .startsWith("refused NOT_SHOWN Nothing 200 dropped"));
      microsoft.endAccessTokens();
      final var alive = microsoft.newChannel(identity.clientId());
      assertTrue(
          outcome(sender, PushService.WNS, alive, notice(1)).startsWith("handed-over 401"),
          "with a new token");
      microsoft.revoke(identity.clientId());
      assertTrue(
          outcome(sender, PushService.WNS, alive, notice(1))
              .startsWith("withheld CREDENTIALS_REFUSED"));
    }
  }

  @Test
  void every_kind_is_taken_of_a_sender_to_windows_phone() throws Exception {
    try (var sender = phones(new Credential.Mpns("", ""))) {
      final var channel = microsoft.newPhoneChannel("");
      for (final var content : kinds()) {
        final var told = outcome(sender, PushService.MPNS, channel, content);
        assertTrue(told.startsWith("handed-over "), told);
      }
      outcome(sender, PushService.MPNS, channel, notice(1), passive());
      outcome(sender, PushService.MPNS, channel, notice(-1), passive());
      assertEquals(
          List.of(
              "toast 200",
              "toast 200",
              "toast 200",
              "toast 200",
              "raw 200",
              "tile 200",
              "toast 200"),
          microsoft.pushes(channel).stream()
              .map(push -> push.type() + " " + push.status())
              .toList());
      final var away = microsoft.newPhoneChannel("");
      microsoft.put(microsoft.channel(away).with(WindowsChannel.Reach.INACTIVE));
      assertTrue(
          outcome(sender, PushService.MPNS, away, notice(1))
              .startsWith("try-again DEVICE_THROTTLED 412 Dropped"));
    }
  }

  @Test
  void a_certificate_opens_the_channels_of_its_name_and_no_others() throws Exception {
    final var mine = microsoft.makeCertificate("push.example.org");
    final var pem = LoopbackCertificates.pem("CERTIFICATE", mine.chain().getFirst().getEncoded());
    final var key =
        LoopbackCertificates.pem("PRIVATE KEY", mine.leafKey().getPrivate().getEncoded());
    try (var sender = phones(new Credential.Mpns(pem, key))) {
      final var channel = microsoft.newPhoneChannel("push.example.org");
      final var told = outcome(sender, PushService.MPNS, channel, notice(1));
      assertTrue(told.startsWith("handed-over "), told);
      microsoft.makeCertificate("other.example.org");
      final var others = microsoft.newPhoneChannel("other.example.org");
      final var refused = outcome(sender, PushService.MPNS, others, notice(1));
      assertTrue(refused.startsWith("refused TOKEN_WRONG_SENDER Doubted 401"), refused);
    }
  }
}
