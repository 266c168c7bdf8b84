package dev.reveille.protocols.blob;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.http.client.AddressGuard;
import dev.reveille.http.client.ClientTarget;
import dev.reveille.http.client.OriginPools;
import dev.reveille.http.client.OutgoingLimit;
import dev.reveille.http.client.PoolSettings;
import dev.reveille.http.client.PublicUrl;
import dev.reveille.http.server.EventLoops;
import dev.reveille.protocols.blob.FakeContainers.Mishap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Files in containers, whose server does what it should and what it should not.
final class BlobStoreTest {
  private static final byte[] HELLO = "Hello, container".getBytes(StandardCharsets.UTF_8);

  private static final Duration USUAL = Duration.ofSeconds(15);

  private final FakeContainers there = new FakeContainers();
  private final EventLoops loops = EventLoops.open(1);
  private final List<Duration> rests = Collections.synchronizedList(new ArrayList<>());
  private final OriginPools pools = pools(AddressGuard.OPERATOR, USUAL);
  private final BlobStore blobs = store(pools);
  private final BlobAddress file = BlobAddress.of(there.url("/box")).file("a/file.txt");

  private OriginPools pools(final AddressGuard guard, final Duration patience) {
    return new OriginPools(
        "test",
        loops.group(),
        PoolSettings.DEFAULT
            .onDemand()
            .withAnswerPatience(patience)
            .withLargestAnswer(BlobStore.PIECE),
        4,
        new OutgoingLimit(8),
        url -> ClientTarget.plain(url.host(), url.port()).withAccess(guard));
  }

  private BlobStore store(final OriginPools connections) {
    return new BlobStore(
        connections,
        text -> PublicUrl.of(text, AddressGuard.OPERATOR, true),
        Duration.ofSeconds(20),
        rests::add);
  }

  @AfterEach
  void stop() {
    pools.close();
    loops.close();
    there.close();
  }

  private String failed(final BlobAddress where) {
    final var failed = assertThrows(BlobFailed.class, () -> blobs.read(where, 0, ""));
    assertFalse(failed.words().contains("right"), "a signature is shown: " + failed.words());
    return failed.words().replace(there.origin(), "http://there");
  }

  @Test
  void a_file_is_written_block_by_block_and_read_piece_by_piece() throws InterruptedException {
    final byte[] content = new byte[BlobStore.PIECE + 1_000];
    new Random(7).nextBytes(content);
    blobs.putBlock(file, 0, Arrays.copyOf(content, 700));
    blobs.putBlock(file, 1, HELLO);
    blobs.putBlock(file, 1, Arrays.copyOfRange(content, 700, content.length));
    assertTrue(there.file("/box/a/file.txt").isEmpty(), "it is a file from the list on");
    blobs.commit(file, 2);
    assertArrayEquals(content, there.file("/box/a/file.txt").orElseThrow());

    final var first = blobs.read(file, 0, "");
    assertArrayEquals(Arrays.copyOf(content, BlobStore.PIECE), first.bytes());
    assertEquals(content.length, first.size());
    final var second = blobs.read(file, BlobStore.PIECE, first.eTag());
    assertArrayEquals(Arrays.copyOfRange(content, BlobStore.PIECE, content.length), second.bytes());
    assertEquals(List.of(), rests);
  }

  @Test
  void a_file_without_content_is_written_and_read() throws InterruptedException {
    blobs.commit(file, 0);
    final var piece = blobs.read(file, 0, "");
    assertEquals(0, piece.bytes().length);
    assertEquals(0, piece.size());
  }

  @ParameterizedTest
  @EnumSource(names = {"THROTTLED", "CUT", "SHORT_LENGTH", "OTHER_RANGE"})
  void what_may_work_later_is_tried_again(final Mishap mishap) throws InterruptedException {
    there.put("/box/a/file.txt", HELLO);
    there.mishaps.add(mishap);
    assertArrayEquals(HELLO, blobs.read(file, 0, "").bytes());
    final int requests = there.asked.size(); // what was left on a connection may spoil it
    assertTrue(requests == 2 || requests == 3, requests + " requests");
    assertEquals(Duration.ofSeconds(1), rests.getFirst());
  }

  @ParameterizedTest
  @EnumSource(names = {"SILENT", "LONG_LENGTH"})
  void an_answer_that_does_not_end_is_asked_for_again(final Mishap mishap)
      throws InterruptedException {
    there.put("/box/a/file.txt", HELLO);
    there.mishaps.add(mishap);
    try (var hasty = pools(AddressGuard.OPERATOR, Duration.ofMillis(700))) {
      assertArrayEquals(HELLO, store(hasty).read(file, 0, "").bytes());
    }
    assertTrue(there.asked.size() > 1);
    assertEquals(Duration.ofSeconds(1), rests.getFirst());
  }

  @Test
  void a_busy_server_is_asked_again_when_it_says() throws InterruptedException {
    there.mishaps.addAll(List.of(Mishap.BUSY, Mishap.THROTTLED, Mishap.BUSY));
    blobs.putBlock(file, 0, HELLO);
    assertEquals(
        List.of(Duration.ofSeconds(7), Duration.ofSeconds(2), Duration.ofSeconds(7)), rests);
  }

  @Test
  void a_server_that_stays_busy_ends_it() {
    there.mishaps.addAll(Collections.nCopies(20, Mishap.BUSY));
    assertEquals(
        "reading http://there/box/a/file.txt: the container's server answered 503 ServerBusy;"
            + " tried 6 times",
        failed(file));
    assertEquals(BlobStore.ATTEMPTS, there.asked.size());
    assertEquals(BlobStore.ATTEMPTS - 1, rests.size());
  }

  @Test
  void a_refusal_ends_it_at_once_and_says_what_helps() {
    there.put("/box/a/file.txt", HELLO);
    there.mishaps.add(Mishap.FORBIDDEN);
    assertEquals(
        "reading http://there/box/a/file.txt: the container's server answered 403"
            + " AuthorizationFailure; give a URL whose signature is in force and allows to create,"
            + " write and read",
        failed(file));
    assertEquals(
        "reading http://there/none/x: the container's server answered 404 ContainerNotFound; there"
            + " is no such container or file",
        failed(BlobAddress.of(there.url("/none")).file("x")));
    assertEquals(2, there.asked.size());
    assertEquals(List.of(), rests);
  }

  @Test
  void a_redirect_is_not_followed() {
    there.put("/box/elsewhere", HELLO);
    there.mishaps.add(Mishap.REDIRECT);
    assertEquals(
        "reading http://there/box/a/file.txt: the container's server answered 302; redirects are"
            + " not followed",
        failed(file));
    assertEquals(1, there.asked.size());
  }

  @Test
  void a_file_that_changed_is_not_read_on() throws InterruptedException {
    there.put("/box/a/file.txt", HELLO);
    final var eTag = blobs.read(file, 0, "").eTag();
    there.put("/box/a/file.txt", "other".getBytes(StandardCharsets.UTF_8));
    final var failed = assertThrows(BlobFailed.class, () -> blobs.read(file, 1, eTag));
    assertTrue(failed.words().endsWith("; the file was changed meanwhile"), failed.words());
  }

  @Test
  void blocks_that_the_container_lost_are_told_apart() throws InterruptedException {
    final var lost = assertThrows(BlobFailed.class, () -> blobs.commit(file, 3));
    assertTrue(lost.isWithoutBlocks());
    there.mishaps.add(Mishap.FORBIDDEN);
    assertFalse(assertThrows(BlobFailed.class, () -> blobs.commit(file, 0)).isWithoutBlocks());
  }

  @Test
  void a_name_that_leads_to_a_private_host_is_not_connected_to_and_not_told_from_a_silent_one()
      throws IOException {
    there.put("/box/a/file.txt", HELLO);
    final var inside = there.url("/box").replace("127.0.0.1", "localhost");
    final int nowhere;
    try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nowhere = closed.getLocalPort();
    }
    final var silent = "http://127.0.0.1:" + nowhere + "/box?" + FakeContainers.SIGNATURE;
    try (var strict = pools(AddressGuard.STRANGER, USUAL)) {
      final var words = words(store(strict), inside);
      assertTrue(words.contains("its host must be public"), words);
      assertEquals(List.of(), there.asked);
      assertEquals(BlobStore.ATTEMPTS - 1, rests.size());
      assertEquals(words, words(blobs, silent));
    }
  }

  /// Why a file of a container could not be read, without the name of the file.
  private static String words(final BlobStore through, final String container) {
    final var where = BlobAddress.of(container).file("a/file.txt");
    final var failed = assertThrows(BlobFailed.class, () -> through.read(where, 0, ""));
    return failed.words().replace(where.toString(), "FILE");
  }
}
