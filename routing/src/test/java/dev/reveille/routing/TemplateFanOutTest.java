package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.address;
import static dev.reveille.routing.port.Samples.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Audience;
import dev.reveille.model.Audience.Addressed;
import dev.reveille.model.Bytes;
import dev.reveille.model.DeliveryOutcome.HandedOver;
import dev.reveille.model.EventKey;
import dev.reveille.model.Lane;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.Sends.TargetStory;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.Outcome;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.Rendered;
import dev.reveille.routing.port.SendLog.Progress;
import dev.reveille.routing.port.SendLog.Settled;
import dev.reveille.routing.port.SendLog.State;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Sends that each target puts into the words of its own template.
final class TemplateFanOutTest extends SendFanOutStage {
  private static final int ALL = 1_200;
  private static final Instant LATE = NOW.plus(LIFE);

  /// Templates by the number of their target. Rendered: `NAME:VALUE`, once for each template.
  private static final class Named implements Audiences {
    private final Map<Integer, String> templates = new TreeMap<>();
    private final Map<String, Rendered> made = new TreeMap<>();
    private Instant until = LATE;

    @Override
    public Page page(final Audience.Registered audience, final long after, final int most) {
      throw new AssertionError("what is said was not asked for");
    }

    @Override
    public Optional<Addressed> find(final Audience.Registered audience, final TargetKey key) {
      throw new AssertionError("what is said was not asked for");
    }

    @Override
    public Page page(
        final Audience.Registered audience, final Send send, final long after, final int most) {
      final var some =
          templates.entrySet().stream()
              .filter(one -> one.getKey() > after && one.getKey() <= audience.upTo())
              .limit(most)
              .map(one ->
                  new Numbered(
                      one.getKey(),
                      address(one.getKey()),
                      Optional.of(rendered(send, one.getValue()))))
              .toList();
      return new Page(some, some.size() < most);
    }

    @Override
    public Optional<Found> find(
        final Audience.Registered audience, final Send send, final TargetKey key) {
      return templates.entrySet().stream()
          .filter(one -> address(one.getKey()).key().equals(key))
          .map(one -> new Found(address(one.getKey()), Optional.of(rendered(send, one.getValue()))))
          .findFirst();
    }

    private Rendered rendered(final Send send, final String template) {
      return made.computeIfAbsent(template, _ -> render(send, template));
    }

    private Rendered render(final Send send, final String template) {
      if (template.startsWith("bad")) {
        return new Rendered.Failed(template, Reason.TEMPLATE_UNFIT, "it is no template");
      }
      final var body =
          template + ":" + ((SendContent.Template) send.what()).properties().get("text");
      return new Rendered.Push(
          template,
          new SendContent.Native(PushService.APNS, Map.of("apns-priority", "5"), Bytes.of(body)),
          until,
          template.startsWith("call"));
    }
  }

  private final Named audience = new Named();

  @BeforeEach
  void anAudience() {
    fixture.audiences = audience;
    fixture.crashAndStartAgain();
  }

  private static Send templates(final Instant notBefore) {
    final var plain = send("1", new Audience.Registered("news", "template", ALL), notBefore);
    return new Send(
        plain.key(),
        plain.life(),
        plain.lane(),
        plain.notBefore(),
        plain.to(),
        new SendContent.Template(Map.of("text", "Hello")));
  }

  private static String said(final Push push) {
    final var given = (PushContent.Native) push.content();
    return push.to().token().value()
        + " "
        + new String(given.body().toArray(), StandardCharsets.UTF_8);
  }

  private static String said(final int number, final String template) {
    return "%064x %s:Hello".formatted(number, template);
  }

  private List<String> taken() {
    return fixture.apns().taken.stream().map(TemplateFanOutTest::said).sorted().toList();
  }

  private Optional<TargetStory> story(final long send, final int number) {
    return fixture.routing.sends().target(send, address(number).key());
  }

  // ---- what is said ---------------------------------------------------------------------------

  @Test
  void each_target_is_told_in_its_own_words_and_the_trail_names_the_template() {
    audience.templates.putAll(Map.of(1, "plain", 2, "loud", 3, "plain"));
    final long send = accept(templates(NOW));
    assertEquals(List.of(said(1, "plain"), said(2, "loud"), said(3, "plain")), taken());
    final var pushes = List.copyOf(fixture.apns().taken);
    assertSame(pushes.get(0).content(), pushes.get(2).content(), "one object for one template");
    assertEquals(
        Map.of("apns-priority", "5"), ((PushContent.Native) pushes.getFirst().content()).headers());
    handOverAll();
    assertEquals(new Progress(State.OVER, 3, 3, Map.of("handed-over", 3L)), progress(send));
    assertEquals(
        List.of("plain", "loud", "plain"),
        fixture.routing.sends().targets(send, 0, 10).stream().map(TargetStory::template).toList());
    fixture.nothingIsLeft();
  }

  @Test
  void what_is_wrong_with_a_template_is_the_end_of_its_target_alone() {
    fixture.apns().always = _ -> new HandedOver("");
    audience.templates.putAll(Map.of(1, "bad one", 2, "loud", 3, "bad two"));
    final long send = accept(templates(NOW));
    assertEquals(
        new Progress(State.OVER, 3, 3, Map.of("handed-over", 1L, "refused", 2L)), progress(send));
    final var bad = story(send, 3).orElseThrow();
    assertEquals("bad two", bad.template());
    assertTrue(bad.settled());
    assertEquals(Reason.TEMPLATE_UNFIT, bad.tries().getLast().why());
    assertEquals("it is no template", bad.tries().getLast().detail());
    assertEquals(Outcome.REFUSED.word(), bad.tries().getLast().outcome());
    fixture.nothingIsLeft();
  }

  @Test
  void addresses_without_templates_get_nothing_of_a_send_of_templates() {
    final var plain = templates(NOW);
    final long send =
        accept(
            new Send(
                plain.key(),
                plain.life(),
                plain.lane(),
                plain.notBefore(),
                new Audience.Addresses(addresses(2)),
                plain.what()));
    assertEquals(List.of(), fixture.apns().taken);
    assertEquals(new Progress(State.OVER, 2, 2, Map.of("refused", 2L)), progress(send));
    fixture.nothingIsLeft();
  }

  @Test
  void a_target_is_too_late_when_its_template_says_so_and_not_when_the_send_does() {
    audience.templates.put(1, "short");
    audience.until = NOW.plusSeconds(90);
    fixture.apns().always =
        _ -> RoutingFixture.tryAgain(Reason.SERVICE_BUSY, fixture.clock.instant());
    final long send = accept(templates(NOW));
    assertTrue(fixture.store.rows().getFirst().deadline().equals(NOW.plusSeconds(90)));
    fixture.pass(Duration.ofSeconds(120));
    assertEquals(Map.of("expired", 1L), progress(send).outcomes());
    fixture.nothingIsLeft();
  }

  @Test
  void calls_of_templates_leave_before_what_else_the_send_says_also_when_they_waited() {
    audience.templates.putAll(Map.of(1, "plain", 2, "call", 3, "bad call"));
    fixture.apns().always =
        _ -> RoutingFixture.tryAgain(Reason.SERVICE_BUSY, fixture.clock.instant());
    final long send = accept(templates(NOW));
    final Map<String, Lane> waiting = new TreeMap<>();
    fixture.store.rows().forEach(row -> waiting.put(row.target().value(), row.lane()));
    assertEquals(
        Map.of(
            address(1).key().value(), Lane.BULK,
            address(2).key().value(), Lane.URGENT),
        waiting);
    fixture.apns().always = null;
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofSeconds(30));
    final Map<String, Lane> left = new TreeMap<>();
    fixture.apns().taken.forEach(push -> left.put(said(push), push.lane()));
    assertEquals(Map.of(said(1, "plain"), Lane.BULK, said(2, "call"), Lane.URGENT), left);
    handOverAll();
    assertEquals(Map.of("handed-over", 2L, "refused", 1L), progress(send).outcomes());
    fixture.nothingIsLeft();
  }

  /// What a sender reads of a push is read where pages and rows are, once for equal templates.
  @Test
  void what_senders_read_of_templates_is_read_before_the_dispatcher_has_them() {
    for (int number = 1; number <= 40; number++) {
      audience.templates.put(number, "t" + number % 2);
    }
    final var readBy = new ArrayList<Boolean>();
    fixture.apns().prepares =
        content -> {
          readBy.add(fixture.store.dispatcher == null);
          return content.with(new FakeSender.Read(content.body()));
        };
    accept(templates(NOW));
    assertEquals(List.of(true, true), readBy);
    for (final var push : fixture.apns().taken) {
      final var given = (PushContent.Native) push.content();
      assertEquals(new FakeSender.Read(given.body()), given.prepared());
    }
    readBy.clear();
    fixture.apns().always =
        _ -> RoutingFixture.tryAgain(Reason.SERVICE_BUSY, fixture.clock.instant());
    handOverAll();
    accept(other("2"));
    assertEquals(List.of(true, true), readBy);
    readBy.clear();
    fixture.apns().always = null;
    fixture.pass(Duration.ofSeconds(30));
    assertEquals(40, fixture.apns().taken.size());
    assertTrue(readBy.stream().allMatch(Boolean::booleanValue), "on another thread");
    assertTrue(readBy.size() < 40, () -> "rows of one claim share it: " + readBy.size());
    handOverAll();
    fixture.nothingIsLeft();
  }

  private static Send other(final String id) {
    final var one = templates(NOW);
    final var key = new EventKey(one.key().organisation(), one.key().source(), id);
    return new Send(key, one.life(), one.lane(), one.notBefore(), one.to(), one.what());
  }

  // ---- after a crash, and later ---------------------------------------------------------------

  @Test
  void a_crash_between_accept_and_send_loses_no_target_and_no_words() {
    for (int number = 1; number <= ALL; number++) {
      audience.templates.put(number, number % 3 == 0 ? "loud" : "plain");
    }
    fixture.looks = false; // no page is read before the crash
    final long send = accept(templates(NOW));
    assertEquals(List.of(), fixture.apns().taken);
    fixture.looks = true;
    fixture.crashAndStartAgain();
    final var told = new ArrayList<String>();
    while (!fixture.apns().taken.isEmpty()) {
      told.addAll(taken());
      handOverAll();
    }
    assertEquals(
        IntStream.rangeClosed(1, ALL)
            .mapToObj(number -> said(number, number % 3 == 0 ? "loud" : "plain"))
            .toList(),
        told.stream().sorted().toList());
    assertEquals(
        new Progress(State.OVER, ALL, ALL, Map.of("handed-over", (long) ALL)), progress(send));
    fixture.nothingIsLeft();
  }

  @Test
  void what_waits_is_said_in_the_words_of_today_also_after_a_restart() {
    audience.templates.putAll(Map.of(1, "plain", 2, "loud", 3, "gone", 4, "good"));
    fixture.apns().always =
        _ -> RoutingFixture.tryAgain(Reason.SERVICE_BUSY, fixture.clock.instant());
    final long send = accept(templates(NOW));
    assertEquals(4, fixture.store.rows().size());
    fixture.apns().always = null;
    audience.templates.put(2, "quiet");
    audience.templates.remove(3);
    audience.templates.put(4, "bad one");
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofSeconds(30));
    assertEquals(List.of(said(1, "plain"), said(2, "quiet")), taken());
    handOverAll();
    assertEquals(
        Map.of("handed-over", 2L, "refused", 1L, "given-up", 1L), progress(send).outcomes());
    assertEquals("push given-up SIGNED_OUT", fixture.story(send, address(3).key()).get(1));
    assertEquals(
        List.of("push refused TEMPLATE_UNFIT", "settled"),
        fixture.story(send, address(4).key()).subList(1, 3));
    assertEquals("loud", story(send, 2).orElseThrow().template(), "as it was when it began");
    fixture.nothingIsLeft();
  }

  @Test
  void ends_are_counted_for_each_service_also_those_that_waited() {
    audience.templates.putAll(Map.of(1, "plain", 2, "bad one"));
    fixture.apns().always =
        push ->
            push.attempt() == 1
                ? RoutingFixture.tryAgain(Reason.SERVICE_BUSY, fixture.clock.instant())
                : new HandedOver("");
    final long send = accept(templates(NOW));
    fixture.pass(Duration.ofSeconds(30));
    final var settled = fixture.routing.sends().settled(send);
    assertEquals(2, settled.size());
    assertTrue(
        settled.contains(new Settled("handed-over", Reason.HANDED_TO_PLATFORM.code(), "apns", 1)),
        settled.toString());
    assertTrue(
        settled.contains(new Settled("refused", Reason.TEMPLATE_UNFIT.code(), "apns", 1)),
        settled.toString());
  }

  @Test
  void counts_of_versions_without_reasons_or_services_keep_their_meaning() {
    assertEquals(List.of(new Settled("expired", "", "", 4)), Settled.all(Map.of("expired", 4L)));
    assertEquals(
        List.of(new Settled("refused", "RV-203", "", 2)),
        Settled.all(Map.of("refused RV-203", 2L)));
  }

  @Test
  void a_scheduled_send_says_what_the_templates_say_at_its_moment() {
    audience.templates.putAll(Map.of(1, "plain", 2, "loud"));
    final var moment = NOW.plus(Duration.ofMinutes(10));
    final long send = accept(templates(moment));
    audience.templates.put(2, "quiet");
    fixture.crashAndStartAgain();
    fixture.pass(Duration.ofMinutes(11));
    assertEquals(List.of(said(1, "plain"), said(2, "quiet")), taken());
    handOverAll();
    assertEquals(Map.of("handed-over", 2L), progress(send).outcomes());
    fixture.nothingIsLeft();
  }
}
