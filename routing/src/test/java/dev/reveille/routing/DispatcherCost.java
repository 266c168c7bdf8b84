package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.ACME;
import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.user;

import dev.reveille.model.Content;
import dev.reveille.model.ConversationId;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.Event;
import dev.reveille.model.EventKey;
import dev.reveille.model.Life;
import dev.reveille.model.Preferences;
import dev.reveille.model.Setting;
import dev.reveille.model.StoredJob;
import dev.reveille.model.User;
import dev.reveille.routing.port.EventJournal;
import dev.reveille.routing.port.Handles;
import dev.reveille.routing.port.HubJobs;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.Inbox;
import dev.reveille.routing.port.OpenReports;
import dev.reveille.routing.port.OrganisationDomains;
import dev.reveille.routing.port.SealedSecrets;
import dev.reveille.routing.port.SecretStore;
import dev.reveille.routing.port.Stores;
import dev.reveille.routing.port.UserPasswords;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// Measures what one event to one sleeping phone costs the dispatcher: decision, push, outcome,
/// trail. The sender answers at once and the journal keeps nothing, so that only routing is in the
/// figure. Run it as a program; it prints microseconds and bytes per event for each round.
final class DispatcherCost {
  private static final int PEOPLE = 10_000;
  private static final int GROUP = 200;
  private static final int ROUND = 1_000_000;

  private DispatcherCost() {}

  static void main(final String... args) {
    final int rounds = args.length == 0 ? 6 : Integer.parseInt(args[0]);
    final var fixture = new RoutingFixture();
    final var sink = new Sink(fixture.store.journal());
    final var settings = fixture.settings;
    settings.put(
        ACME,
        Setting.PUSH_NOTIFICATION,
        Setting.GLOBAL,
        Map.of("apple", List.of("true")),
        -1,
        "bench");
    for (int i = 0; i < PEOPLE; i++) {
      final var id = user("user" + i);
      fixture.registry.keepUser(new User(id, "", List.of(), Preferences.DEFAULT), "bench");
      fixture.registry.keepInstallation(People.iPhone("i-" + i, 18, id), "bench");
    }
    final var answer = new DeliveryOutcome.HandedOver("apns-id");
    fixture.apns().always = _ -> answer;
    final var routing =
        new Routing(
            new Stores.Parts(
                sink.journal(),
                sink.inbox(),
                fixture.store.trail(),
                fixture.store.sends(),
                fixture.store.waiting(),
                fixture.store.calls(),
                fixture.registry,
                settings,
                RoutingFixture.unasked(SecretStore.class),
                RoutingFixture.unasked(SealedSecrets.class),
                RoutingFixture.unasked(HubRegistrations.class),
                RoutingFixture.unasked(HubJobs.class),
                RoutingFixture.unasked(Handles.class),
                RoutingFixture.unasked(OpenReports.class),
                fixture.store.clock(),
                fixture.store.starts,
                RoutingFixture.unasked(OrganisationDomains.class),
                RoutingFixture.unasked(UserPasswords.class)),
            new Directory(fixture.registry),
            fixture.live,
            Senders.of(fixture.senders.values()),
            RoutingOptions.DEFAULT,
            new ServerClock(InstantSource.system(), System::nanoTime));
    final var groups = groups();
    final var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    groups.forEach(sink.reader);
    while (sink.notes < PEOPLE) {
      routing.dispatcher().turn(); // brings all into memory
    }
    sink.notes = 0;
    for (int round = 0; round < rounds; round++) {
      final long bytes = threads.getCurrentThreadAllocatedBytes();
      final long cpu = threads.getCurrentThreadCpuTime();
      int done = 0;
      while (done < ROUND) {
        for (final var group : groups) {
          sink.reader.accept(group);
          routing.dispatcher().turn(); // decides and pushes
          routing.dispatcher().turn(); // reads the outcomes
          done += group.size();
        }
      }
      System.out.printf(
          "%.3f us, %d bytes per event (%d events, %d notes)%n",
          (threads.getCurrentThreadCpuTime() - cpu) / 1_000.0 / done,
          (threads.getCurrentThreadAllocatedBytes() - bytes) / done,
          done,
          sink.notes);
      sink.notes = 0;
    }
  }

  private static List<List<StoredJob>> groups() {
    final var all = new ArrayList<List<StoredJob>>();
    final var until = InstantSource.system().instant().plus(Duration.ofDays(1));
    final var content = new Content("Dora", "Lunch at noon?", Map.of("thread", "7"));
    for (int from = 0; from < PEOPLE; from += GROUP) {
      final var group = new ArrayList<StoredJob>();
      for (int i = from; i < from + GROUP; i++) {
        group.add(
            new StoredJob(
                1_000_000L + i,
                NOW,
                new Event.Message(
                    new EventKey(ACME, "chat", "m" + i),
                    List.of(user("user" + i)),
                    "chat.message",
                    new ConversationId("team"),
                    content,
                    new Life(until, until))));
      }
      all.add(List.copyOf(group));
    }
    return all;
  }

  /// A journal that takes everything and keeps nothing.
  private static final class Sink {
    private final EventJournal real;
    long notes;
    Consumer<List<StoredJob>> reader = _ -> {};

    Sink(final EventJournal real) {
      this.real = real;
    }

    EventJournal journal() {
      return (EventJournal)
          Proxy.newProxyInstance(
              EventJournal.class.getClassLoader(),
              new Class<?>[] {EventJournal.class},
              (_, method, arguments) -> {
                if (method.getName().equals("note")) {
                  notes += ((List<?>) arguments[0]).size();
                  return null;
                }
                if (method.getName().equals("onCommit")) {
                  @SuppressWarnings("unchecked") // the port says so
                  final var to = (Consumer<List<StoredJob>>) arguments[0];
                  reader = to;
                  return null;
                }
                return method.invoke(real, arguments);
              });
    }

    Inbox inbox() {
      return (Inbox)
          Proxy.newProxyInstance(
              Inbox.class.getClassLoader(),
              new Class<?>[] {Inbox.class},
              (_, method, _) -> {
                if (method.getName().equals("unreadInMemory")) {
                  return OptionalInt.of(3);
                }
                if (method.getName().equals("unread")) {
                  return 3;
                }
                throw new UnsupportedOperationException(method.getName());
              });
    }
  }
}
