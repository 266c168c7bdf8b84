package dev.reveille.protocols.notificationhubs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Secret;
import dev.reveille.model.TagExpression;
import dev.reveille.model.TagSyntaxException;
import dev.reveille.protocols.notificationhubs.template.TemplateBody;
import dev.reveille.protocols.notificationhubs.template.TemplateProperties;
import dev.reveille.protocols.notificationhubs.template.TemplateRefused;
import dev.reveille.protocols.sas.AccessRight;
import dev.reveille.protocols.sas.ConnectionString;
import dev.reveille.protocols.sas.SharedAccessPolicy;
import dev.reveille.protocols.sas.SharedAccessSignature;
import dev.reveille.protocols.sas.SignatureVerdict;
import dev.reveille.protocols.sas.SignedRequest;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever comes in, the answer is a value or a planned refusal, never another fault. Good inputs
/// of each kind are mutated; the seed is fixed, so a failure comes again.
class MutatedInputTest {
  /// 200,000 bodies, headers and tag expressions; a campaign makes a million of them.
  private static final int FACTOR = Boolean.getBoolean("reveille.long") ? 5 : 1;

  /// Of the inputs, this part is read before the heap is first looked at: readers have tables of
  /// bounded size that fill once.
  private static final int WARM_UP_PART = 4;

  private static final double MOST_GROWTH = 0.05;

  /// The live heap of a server that rests; these tests have less.
  private static final long HEAP_AT_REST = 32L * 1024 * 1024;

  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
  private static final Secret KEY = Secret.of("key");
  private static final SharedAccessPolicy POLICY =
      new SharedAccessPolicy("Full", KEY, Secret.of("other"), Set.of(AccessRight.MANAGE));
  private static final String OF_THE_ROOT =
      SharedAccessSignature.sign("https://h:1/", "Full", KEY, NOW);
  private static final String REGISTRATION =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?><entry"
          + " xmlns=\"http://www.w3.org/2005/Atom\"><content"
          + " type=\"application/xml\"><AppleTemplateRegistrationDescription"
          + " xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\""
          + " xmlns=\"urn:x\"><Tags>a,b</Tags>"
          + "<PushVariables>{\"k\":\"v\"}</PushVariables><DeviceToken>AB&amp;</DeviceToken>"
          + "<BodyTemplate><![CDATA[{\"aps\":{\"alert\":\"$(m)\"}}]]></BodyTemplate><Expiry>1</Expiry>"
          + "<ApnsHeaders><ApnsHeader><Header>a</Header><Value>b</Value></ApnsHeader></ApnsHeaders>"
          + "</AppleTemplateRegistrationDescription></content></entry>";
  private static final String INSTALLATION =
      "{\"installationId\":\"one\",\"platform\":\"browser\",\"pushChannel\":\"{\\\"endpoint\\\":\\\"e\\\","
          + "\\\"p256dh\\\":\\\"p\\\",\\\"auth\\\":\\\"a\\\"}\",\"tags\":[\"a\",\"$UserId:{x}\"],"
          + "\"templates\":{\"t\":{\"body\":\"b\",\"headers\":{\"h\":\"1\"}}},\"pushVariables\":{\"a\":\"b\"}}";

  /// Pieces that mean something to one of the readers.
  private static final List<String> PIECES =
      List.of(
          "&&",
          "||",
          "!",
          "(",
          ")",
          "$UserId:{",
          "}",
          "a",
          "<",
          ">",
          "/",
          "&",
          "&#x10FFFF;",
          "]]>",
          "<![CDATA[",
          "<!DOCTYPE a [<!ENTITY b 'c'>]>",
          "&b;",
          "\"",
          "'",
          "{",
          "[",
          ",",
          ":",
          "\\u",
          "\\ud800",
          "null",
          "1e999",
          "\r\n",
          "\n",
          "--b",
          "--",
          ";",
          "=",
          "%",
          "%zz",
          "%ff",
          "+",
          "sr=",
          "sig=",
          "se=",
          "skn=",
          "&sr=",
          "99999999999999999999",
          "-1",
          "\u0000",
          "\uFEFF",
          "\uFFFE",
          "ü",
          "😀",
          "$(",
          "#(x)",
          ".(x, 3)",
          "{'a' + $(b)}",
          "~1",
          "/tags",
          "xmlns:a='b'",
          "<a:b>",
          "<?xml version='1.0' encoding='utf-16'?>",
          "<!--",
          "-->");

  /// A kind of input: how many are made, who reads them, and good ones.
  enum Kind {
    TAGS(60_000, MutatedInputTest::tags, "a && (b || !c)", "a || b || c", "$InstallationId:{a=b}"),
    SIGNATURE(
        20_000,
        MutatedInputTest::signature,
        SharedAccessSignature.sign("https://h:1/hub", "Full", KEY, NOW),
        SharedAccessSignature.sign("sb://h/", "Full", KEY, NOW)),
    CONNECTION(
        5_000,
        text -> {
          try {
            assertTrue(!ConnectionString.parse(text).print().isEmpty());
          } catch (final IllegalArgumentException planned) {
            assertTrue(!String.valueOf(planned.getMessage()).isEmpty());
          }
        },
        new ConnectionString("h", 8443, "Full", KEY).print(),
        "Endpoint=sb://h/;SharedAccessKeyName=n;SharedAccessKey=k;EntityPath=e;"),
    ATOM(
        30_000,
        text ->
            refusedOrRead(
                text,
                body ->
                    switch (text.length() % 4) {
                      case 0 -> HubDescription.read(body);
                      case 1 -> HubJob.read(body);
                      default -> AtomRegistrations.read(body);
                    }),
        REGISTRATION,
        REGISTRATION.replace("AppleTemplate", "Gcm").replace("DeviceToken", "GcmRegistrationId"),
        "<entry><content><NotificationHubJob><Type>ExportRegistrations</Type><OutputContainerUri>https:"
            + "//o</OutputContainerUri></NotificationHubJob></content></entry>",
        "<entry><content><NotificationHubDescription><RegistrationTtl>P90D</RegistrationTtl>"
            + "<AuthorizationRules><AuthorizationRule><Rights><AccessRights>Listen</AccessRights></Rights>"
            + "<KeyName>k</KeyName><PrimaryKey>p</PrimaryKey></AuthorizationRule></AuthorizationRules>"
            + "</NotificationHubDescription></content></entry>"),
    INSTALLATIONS(
        30_000,
        text ->
            refusedOrRead(
                text,
                body ->
                    text.startsWith("[")
                        ? InstallationPatch.read(body).apply(InstallationJsonTest.WHOLE)
                        : InstallationJson.read(body, "one")),
        INSTALLATION,
        INSTALLATION.replace("browser", "wns"),
        "[{\"op\":\"add\",\"path\":\"/tags\",\"value\":\"[\\\"a\\\"]\"},{\"op\":\"replace\",\"path\":"
            + "\"/templates/t/headers\",\"value\":\"{}\"},{\"op\":\"remove\",\"path\":"
            + "\"/secondaryTiles/tile/tags/d\"}]"),
    BATCH(
        25_000,
        text -> refusedOrRead(text, body -> DirectBatch.read("multipart/mixed; boundary=b", body)),
        "--b\r\nContent-Disposition: inline; name=notification\r\nContent-Length: 2\r\n\r\n{}\r\n"
            + "--b\r\nContent-Disposition: inline; name=devices\r\n\r\n[\"h\",\"i\"]\r\n--b--"),
    HEADERS(
        25_000,
        text -> refusedOrRead(text, _ -> SendHeaders.read(headers(text), NOW)),
        "ServiceBusNotification-Format:apple\nServiceBusNotification-Tags:a&&b\n"
            + "ServiceBusNotification-Apns-Expiry:11/21/2026 02:00:00\napns-priority:5",
        "ServiceBusNotification-ScheduleTime:2026-11-20T23:46:25\n"
            + "ServiceBusNotification-Format:fcm",
        "Content-Type:multipart/mixed; boundary = \"b\""),
    TEMPLATES(
        30_000,
        text ->
            refusedOrRead(
                text,
                body ->
                    text.startsWith("{\"p\"")
                        ? TemplateProperties.read(body)
                        : rendered(new String(body, StandardCharsets.UTF_8))),
        "{\"p\":\"1\",\"q\":null}",
        "{\"aps\":{\"alert\":\"{'Hi ' + $(name) + '!'}\",\"badge\":\"#(n)\"},\"x\":[1.5,null,\".(a,"
            + " 9)\"]}",
        "<toast launch=\"$(a)\"><text id='1'>{'x' + .(b, 3)}</text><![CDATA[%(c)]]></toast>");

    private final int times;
    private final Consumer<String> reader;
    private final List<String> good;

    Kind(final int times, final Consumer<String> reader, final String... good) {
      this.times = times;
      this.reader = reader;
      this.good = List.of(good);
    }
  }

  private static void refusedOrRead(
      final String text, final java.util.function.Function<byte[], Object> reader) {
    // a lone half of a pair becomes a byte that is no UTF-8, as on the wire
    final var bytes = new ByteArrayOutputStream(text.length());
    text.codePoints()
        .forEach(point -> {
          if (point >= 0xD800 && point < 0xE000) {
            bytes.write(0xED);
          } else {
            bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
          }
        });
    try {
      java.util.Objects.requireNonNull(reader.apply(bytes.toByteArray()));
    } catch (final HubRefused planned) {
      assertEquals(400, planned.problem().status());
      assertTrue(!planned.problem().detail().isEmpty());
      hasNoStackTrace(planned);
    } catch (final TemplateRefused planned) {
      assertTrue(!planned.complaint().isEmpty());
      hasNoStackTrace(planned);
    }
  }

  /// A caller may cause any number of refusals.
  private static void hasNoStackTrace(final Exception planned) {
    assertEquals(0, planned.getStackTrace().length, planned::toString);
  }

  private static Object rendered(final String text) {
    return TemplateBody.parse(text)
        .render(TemplateProperties.of(Map.of("name", "<\"", "n", "1"), Map.of("a", "]]>")))
        .isPresent();
  }

  private static void tags(final String text) {
    try {
      final var tree = TagExpression.parse(text);
      assertEquals(tree, TagExpression.parse(tree.toString()));
    } catch (final TagSyntaxException planned) {
      hasNoStackTrace(planned);
      assertTrue(planned.position() >= 1 && planned.position() <= text.length() + 1);
    }
  }

  private static void signature(final String text) {
    SharedAccessSignature.judge(
        text, SignedRequest.of("h:1", "/hub/messages"), _ -> List.of(POLICY), NOW);
    SharedAccessSignature.judge(
        OF_THE_ROOT, SignedRequest.of(text, text), _ -> List.of(POLICY), NOW);
  }

  private static List<Map.Entry<String, String>> headers(final String text) {
    final var headers = new ArrayList<Map.Entry<String, String>>();
    for (final var line : text.split("\n", -1)) {
      final int colon = Math.max(0, line.indexOf(':'));
      headers.add(
          Map.entry(line.substring(0, colon), line.substring(Math.min(line.length(), colon + 1))));
    }
    return headers;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void what_comes_in_is_read_or_refused_as_planned(final Kind kind) {
    final var random = new Random(kind.name().hashCode());
    final int warmUp = kind.times / WARM_UP_PART;
    read(kind, random, warmUp);
    final long before = live();
    read(kind, random, kind.times * FACTOR - warmUp);
    final long after = live();
    assertTrue(
        after - before <= Math.max(before, HEAP_AT_REST) * MOST_GROWTH,
        () -> "the live heap grew from " + before + " to " + after + " bytes");
  }

  /// Of the heap, after a full collection.
  private static long live() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static void read(final Kind kind, final Random random, final int times) {
    for (int i = 0; i < times; i++) {
      final var input = mutated(kind.good.get(random.nextInt(kind.good.size())), random);
      try {
        kind.reader.accept(input);
      } catch (final RuntimeException | StackOverflowError fault) {
        throw new AssertionError(kind + " " + i + " of " + times + ": " + input, fault);
      }
    }
  }

  /// The mutations must leave some inputs good, or all they test is the first check.
  @Test
  void the_inputs_that_are_mutated_are_good() {
    for (final var kind : Kind.values()) {
      kind.good.forEach(kind.reader);
    }
    assertTrue(
        SharedAccessSignature.judge(
                Kind.SIGNATURE.good.getFirst(),
                SignedRequest.of("h:1", "/hub/messages"),
                _ -> List.of(POLICY),
                NOW)
            instanceof SignatureVerdict.Granted);
    AtomRegistrations.read(REGISTRATION.getBytes(StandardCharsets.UTF_8));
    InstallationJson.read(INSTALLATION.getBytes(StandardCharsets.UTF_8), "one");
  }

  private static String mutated(final String good, final Random random) {
    final var text = new StringBuilder(good);
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      final int at = random.nextInt(text.length() + 1);
      final int end = Math.min(text.length(), at + 1 + random.nextInt(8));
      switch (random.nextInt(7)) {
        case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
        case 1 -> text.delete(at, end);
        case 2 -> text.insert(at, text.substring(at, end));
        case 3 -> text.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
        case 4 -> text.replace(at, end, String.valueOf((char) random.nextInt(0x10000)));
        case 5 -> text.setLength(at);
        default -> {
          if (random.nextInt(20) == 0) { // seldom, since it is long
            text.insert(at, PIECES.get(random.nextInt(PIECES.size())).repeat(300));
          }
        }
      }
    }
    return text.toString();
  }
}
