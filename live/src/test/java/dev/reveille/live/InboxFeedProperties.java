package dev.reveille.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.AppState;
import dev.reveille.model.Position;
import dev.reveille.model.StoredJob;
import dev.reveille.routing.port.LiveRoutes.Frame;
import dev.reveille.routing.port.Samples;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Whatever happens in whatever order around a resume, a phone is told every entry of its inbox, in
/// order, once per channel; and the caller that handed a frame over learns of it. C2-38, C2-44.
class InboxFeedProperties {

  /// What may happen next.
  enum Step {
    COMMIT_AND_SEND,
    COMMIT_WITHOUT_SENDING,
    SEND_AGAIN,
    COMMIT_SILENT,
    LOOP,
    WORKER,
    SOCKET_FULL,
    SOCKET_FREE,
    ACKNOWLEDGE_ONE,
    ACKNOWLEDGE_ALL,
    SUSPEND,
    FOREGROUND,
    COME_BACK,
    DISMISS
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    return Arbitraries.frequency(
            net.jqwik.api.Tuple.of(6, Step.COMMIT_AND_SEND),
            net.jqwik.api.Tuple.of(2, Step.COMMIT_WITHOUT_SENDING),
            net.jqwik.api.Tuple.of(1, Step.SEND_AGAIN),
            net.jqwik.api.Tuple.of(1, Step.COMMIT_SILENT),
            net.jqwik.api.Tuple.of(6, Step.LOOP),
            net.jqwik.api.Tuple.of(5, Step.WORKER),
            net.jqwik.api.Tuple.of(1, Step.SOCKET_FULL),
            net.jqwik.api.Tuple.of(2, Step.SOCKET_FREE),
            net.jqwik.api.Tuple.of(2, Step.ACKNOWLEDGE_ONE),
            net.jqwik.api.Tuple.of(2, Step.ACKNOWLEDGE_ALL),
            net.jqwik.api.Tuple.of(1, Step.SUSPEND),
            net.jqwik.api.Tuple.of(1, Step.FOREGROUND),
            net.jqwik.api.Tuple.of(1, Step.COME_BACK),
            net.jqwik.api.Tuple.of(1, Step.DISMISS))
        .list()
        .ofMinSize(5)
        .ofMaxSize(120);
  }

  @Property(tries = 2_000)
  void a_phone_is_told_every_entry_once_and_in_order(@ForAll("steps") final List<Step> steps) {
    final var world = new World();
    steps.forEach(world::step);
    world.settle();
    world.judge();
  }

  /// A user with one phone, which comes and goes.
  private static final class World {
    private final ListInbox inbox = new ListInbox();
    private final Tasks loop = new Tasks();
    private final Tasks workers = new Tasks();
    private final LiveChannels channels =
        new LiveChannels(inbox, () -> Instants.NOW, LiveSettings.DEFAULT.withWindow(5, 3), workers);
    private final List<StoredJob> sent = new ArrayList<>();
    private final Set<Long> handedOver = new HashSet<>();
    private final Set<Long> lost = new HashSet<>();
    private final Set<Long> acknowledged = new HashSet<>();
    private final Set<Long> dismissed = new HashSet<>();
    private final Set<Long> downloaded = new HashSet<>();
    private ListChannel phone = newPhone();
    private int read; // frames the phone has read
    private Position cursor = new Position(ListInbox.EPOCH, 0);

    World() {
      loop.execute(phone::hello);
    }

    private ListChannel newPhone() {
      return new ListChannel(channels, loop, Samples.PHONE, Samples.ANNA, inbox, _ -> List.of());
    }

    void step(final Step step) {
      switch (step) {
        case COMMIT_AND_SEND -> send(inbox.commit(Samples.message("m")));
        case COMMIT_WITHOUT_SENDING -> inbox.commit(Samples.message("quiet"));
        case SEND_AGAIN -> {
          if (!sent.isEmpty()) {
            send(sent.get(sent.size() / 2));
          }
        }
        case COMMIT_SILENT -> send(inbox.commit(Samples.silent("s")));
        case LOOP -> loop.runOne();
        case WORKER -> workers.runOne();
        case SOCKET_FULL -> loop.execute(() -> phone.room(0));
        case SOCKET_FREE -> loop.execute(() -> phone.room(4));
        case ACKNOWLEDGE_ONE -> loop.execute(() -> acknowledge(1));
        case ACKNOWLEDGE_ALL -> loop.execute(() -> acknowledge(Integer.MAX_VALUE));
        case SUSPEND -> loop.execute(() -> phone.state(AppState.SUSPENDED, "locked"));
        case FOREGROUND -> loop.execute(() -> phone.state(AppState.FOREGROUND, "foreground"));
        case COME_BACK -> comeBack();
        case DISMISS -> {
          if (!inbox.sequences().isEmpty()) {
            final long oldest = inbox.sequences().getFirst();
            dismissed.add(oldest);
            inbox.dismiss(oldest);
          }
        }
      }
    }

    private void send(final StoredJob stored) {
      sent.add(stored);
      handedOver.add(stored.sequence());
      channels.send(
          List.of(new Frame(stored, Samples.PHONE)),
          (frame, _) -> lost.add(frame.stored().sequence()));
    }

    private void comeBack() {
      judgeChannel();
      final var before = phone;
      acknowledged.addAll(before.acknowledged);
      loop.execute(before::closed);
      phone = newPhone();
      read = 0;
      final var from = cursor;
      loop.execute(() -> phone.hello(from, AppState.FOREGROUND, "foreground"));
    }

    /// The phone reads so many of the frames on their way to it, and acknowledges what it read.
    private void acknowledge(final int frames) {
      for (int i = 0; i < frames && read < phone.written.size(); i++) {
        final var word = phone.written.get(read++).split(" ");
        final var sequence =
            word[0].equals("over") || word[0].equals("gap") ? 0 : Long.parseLong(word[1]);
        switch (word[0]) {
          case "entry" -> {
            downloaded.add(sequence);
            cursor = new Position(ListInbox.EPOCH, sequence);
            phone.acknowledgeUpTo(sequence);
          }
          case "silent" -> assertEquals(List.of(), phone.acknowledgeEvents(List.of(sequence)));
          case "caught-up" -> cursor = new Position(ListInbox.EPOCH, sequence);
          default -> {}
        }
      }
    }

    void settle() {
      loop.execute(() -> phone.state(AppState.SUSPENDED, "locked"));
      loop.execute(() -> phone.state(AppState.FOREGROUND, "foreground"));
      for (int quiet = 0; quiet < 3; ) {
        phone.room(Integer.MAX_VALUE);
        boolean worked = false;
        while (loop.runOne() || workers.runOne()) {
          worked = true;
        }
        final int before = read;
        acknowledge(Integer.MAX_VALUE);
        quiet = worked || read > before ? 0 : quiet + 1;
      }
      acknowledged.addAll(phone.acknowledged);
    }

    /// In order, and nothing twice.
    private void judgeChannel() {
      final var entries = phone.entries();
      final var sorted = entries.stream().sorted().distinct().toList();
      assertEquals(sorted, entries, () -> "out of order or twice: " + phone.written);
    }

    void judge() {
      judgeChannel();
      final var missing = new ArrayList<>(inbox.sequences());
      missing.removeAll(downloaded);
      assertEquals(List.of(), missing, () -> "never told: " + phone.written);
      for (final long sequence : handedOver) {
        assertTrue(
            acknowledged.contains(sequence)
                || lost.contains(sequence)
                || dismissed.contains(sequence),
            () -> sequence + " was handed over without a word of what became of it");
      }
      assertTrue(
          phone.written.getFirst().startsWith("welcome"),
          () -> "no welcome first: " + phone.written);
    }
  }
}
