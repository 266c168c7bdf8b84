package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.CallEnd;
import dev.reveille.model.UserId;
import dev.reveille.simulators.phone.Phone;
import dev.reveille.simulators.phone.PhoneNetwork;
import dev.reveille.simulators.phone.PhoneOptions;
import dev.reveille.simulators.phone.PhoneReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Simulated phones at a real server: what their users see.
class PhoneTest {
  private final DeviceServer server = new DeviceServer();
  private final UserId anna = server.user("anna");
  private final PhoneNetwork network = PhoneNetwork.plain();
  private final BlockingQueue<PhoneReport> reports = new LinkedBlockingQueue<>();
  private final List<Phone> phones = new ArrayList<>();

  @AfterEach
  void stop() {
    phones.forEach(Phone::close);
    network.close();
    server.close();
  }

  private Phone phone(final PhoneOptions options) throws Exception {
    final var phone = new Phone(network, options, reports::add);
    phones.add(phone);
    phone.register(server.code(anna));
    return phone;
  }

  private PhoneOptions options() {
    return PhoneOptions.at(server.address(), DeviceServer.APP.value());
  }

  private PhoneReport await(final String what) throws InterruptedException {
    final var others = new ArrayList<String>();
    while (true) {
      final var report = reports.poll(10, TimeUnit.SECONDS);
      if (report == null) {
        throw new AssertionError("no " + what + " but " + others);
      }
      if (report.is(what)) {
        return report;
      }
      others.add(report.json().toString());
    }
  }

  @Test
  void a_phone_in_the_foreground_rings_once_and_answers() throws Exception {
    final var phone = phone(options().answering(Duration.ofMillis(20)));
    phone.foreground();
    await("caught-up");

    final var call = SampleEvents.call(Duration.ofSeconds(30), anna);
    server.hand(call);

    assertEquals("live", await("rang").text("via"));
    assertTrue(await("answered").fields().path("done").asBoolean());
    final var counters = phone.counters();
    assertEquals(1, counters.rings());
    assertEquals(List.of(), counters.violations());
    final var end = server.routing.calls().view(DeviceServer.ACME, call.call()).orElseThrow().end();
    assertTrue(end.orElseThrow() instanceof CallEnd.Answered);
  }

  @Test
  void a_phone_that_loses_its_channel_while_ringing_folds_the_state_it_is_told() throws Exception {
    final var phone = phone(options());
    phone.foreground();
    await("caught-up");
    final var call = SampleEvents.call(Duration.ofSeconds(30), anna);
    server.hand(call);
    await("rang");

    phone.loseNetwork();
    phone.foreground();
    await("caught-up");

    assertEquals(1, phone.counters().rings());
    assertEquals(1, phone.counters().folded());
    server.routing.calls().end(DeviceServer.ACME, call.call(), new CallEnd.Cancelled(), _ -> {});
    assertEquals("cancelled", await("ring-over").text("how"));
  }

  @Test
  void a_phone_downloads_what_came_while_it_slept_and_nothing_twice() throws Exception {
    final var phone = phone(options());
    phone.foreground();
    await("caught-up");
    server.hand(SampleEvents.message("seen", anna));
    await("message");
    phone.suspend("locked");
    server.hand(SampleEvents.message("slept", anna));

    phone.foreground();

    assertEquals("slept", await("message").fields().path("content").path("text").asText());
    await("caught-up");
    final var counters = phone.counters();
    assertEquals(2, counters.messages());
    assertEquals(0, counters.repeats());
    assertEquals(List.of(), counters.violations());
  }

  @Test
  void declining_on_one_phone_silences_the_other() throws Exception {
    final var first = phone(options().named("first"));
    final var second = phone(options().named("second"));
    first.foreground();
    second.foreground();
    await("caught-up");
    await("caught-up");
    final var call = SampleEvents.call(Duration.ofSeconds(30), anna);
    server.hand(call);
    await("rang");
    await("rang");

    first.decline(call.call().toString(), true);

    Eventually.holds(() -> second.ringing().isEmpty() && first.ringing().isEmpty(), "both silent");
    assertEquals(1, second.counters().callsOver());
  }

  @Test
  void twenty_phones_in_one_process_all_hear_of_a_group_message() throws Exception {
    final var users = new ArrayList<UserId>();
    for (int i = 0; i < 20; i++) {
      final var user = server.user("user" + i);
      users.add(user);
      final var phone = new Phone(network, options().named("phone" + i), reports::add);
      phones.add(phone);
      phone.register(server.code(user));
      phone.foreground();
    }
    for (int i = 0; i < 20; i++) {
      await("caught-up");
    }

    server.hand(SampleEvents.message("to all", users.toArray(UserId[]::new)));

    for (int i = 0; i < 20; i++) {
      await("message");
    }
  }
}
