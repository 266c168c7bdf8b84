package dev.reveille.push.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Credential;
import dev.reveille.model.PushEnvironment;
import dev.reveille.push.apns.AppleCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.AuthenticatedSafe;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that OpenSSL made, with a certificate that OpenSSL issued: neither our reader nor our
/// simulator's had a hand in them.
final class Pkcs12FileTest {
  private static final String APP = "org.example.phone";

  @TempDir private static Path folder;

  /// Apple's extensions, spelled as OpenSSL wants them.
  private static final String CONFIGURATION =
      """
      [req]
      distinguished_name = subject
      prompt = no
      [subject]
      UID = org.example.phone
      CN = Apple Push Services: org.example.phone
      [apple]
      1.2.840.113635.100.6.3.1 = DER:0500
      1.2.840.113635.100.6.3.2 = DER:0500
      1.2.840.113635.100.6.3.6 = ASN1:SEQUENCE:topics
      [topics]
      a = UTF8String:org.example.phone
      b = SEQUENCE:kind
      c = UTF8String:org.example.phone.voip
      d = SEQUENCE:kind
      [kind]
      a = UTF8String:app
      """;

  @BeforeAll
  static void make() throws Exception {
    Files.writeString(folder.resolve("apple.cnf"), CONFIGURATION);
    for (final var name : List.of("own", "other")) {
      openssl(
          "req -x509 -newkey rsa:2048 -nodes -days 30 -config apple.cnf -extensions apple -keyout "
              + name
              + ".key -out "
              + name
              + ".pem");
    }
    openssl("pkcs12 -export -inkey own.key -in own.pem -passout pass:secret -out new.p12");
    openssl("pkcs12 -export -legacy -inkey own.key -in own.pem -passout pass:secret -out old.p12");
    openssl("pkcs12 -export -inkey own.key -in own.pem -passout pass: -out open.p12");
    openssl("pkcs12 -export -nokeys -in own.pem -passout pass:secret -out keyless.p12");
    openssl("pkcs12 -export -nocerts -inkey own.key -passout pass:secret -out bare.p12");
    openssl(
        "pkcs12 -export -iter 300000 -inkey own.key -in own.pem -passout pass:secret -out"
            + " slow.p12");
    openssl(
        "pkcs12 -export -iter 400000 -inkey own.key -in own.pem -passout pass:secret -out"
            + " bomb.p12");
    openssl(
        "pkcs12 -export -iter 400000 -legacy -inkey own.key -in own.pem -passout pass:secret -out"
            + " oldbomb.p12");
  }

  private static void openssl(final String arguments) throws IOException, InterruptedException {
    final var command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments.split(" ")));
    final var log = folder.resolve("log").toFile();
    final var process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    assertTrue(process.waitFor(60, TimeUnit.SECONDS), arguments);
    assertEquals(0, process.exitValue(), arguments + ": " + Files.readString(log.toPath()));
  }

  private static byte[] file(final String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name));
  }

  private static void isTheAppsOwn(final Pkcs12File opened) {
    final var read =
        AppleCertificate.of(
            new Credential.ApnsCertificate(opened.certificate(), opened.key(), "", "", ""));
    assertEquals(APP, read.bundleId());
    assertEquals(List.of(APP, APP + ".voip"), read.topics());
    assertEquals(PushEnvironment.BOTH, read.environment());
  }

  @Test
  void the_old_kind_and_the_new_one_open_to_the_same_certificate_and_key() throws Exception {
    final var old = Pkcs12File.open(file("old.p12"), "secret");
    isTheAppsOwn(old);
    assertEquals(old, Pkcs12File.open(file("new.p12"), "secret"));
    assertEquals(old, Pkcs12File.open(file("open.p12"), ""));
    assertEquals("Pkcs12File[…]", old.toString());
  }

  @Test
  void the_two_pem_files_say_the_same() throws Exception {
    isTheAppsOwn(
        new Pkcs12File(
            Files.readString(folder.resolve("own.pem")),
            Files.readString(folder.resolve("own.key"))));
  }

  @Test
  void what_cannot_be_opened_names_its_field() throws Exception {
    assertEquals("password: does not open the file", refused(file("new.p12"), "Secret"));
    assertEquals("password: does not open the file", refused(file("old.p12"), ""));
    final var cut = Arrays.copyOf(file("new.p12"), 700);
    assertEquals("pkcs12: is no PKCS#12 file, or is damaged", refused(cut, "secret"));
    assertEquals("pkcs12: is no PKCS#12 file, or is damaged", refused(file("own.pem"), "secret"));
    assertEquals("pkcs12: is no PKCS#12 file, or is damaged", refused(new byte[0], ""));
    assertTrue(refused(file("keyless.p12"), "secret").startsWith("pkcs12: holds no private key"));
    assertTrue(refused(file("bare.p12"), "secret").startsWith("pkcs12: holds no certificate"));
  }

  @Test
  void a_file_that_takes_long_to_open_is_refused_unopened() throws Exception {
    isTheAppsOwn(Pkcs12File.open(file("slow.p12"), "secret"));
    final var words =
        "pkcs12: its password is to be hashed more than 1000000 times; export it anew with fewer"
            + " iterations";
    assertEquals(words, refused(file("bomb.p12"), "secret"));
    assertEquals(words, refused(file("oldbomb.p12"), "secret"));
  }

  @Test
  void a_file_of_many_parts_is_refused_unopened() throws Exception {
    assertEquals("password: does not open the file", refused(repeated(5), "secret"));
    assertTrue(refused(repeated(6), "secret").startsWith("pkcs12: has more than 8 parts; "));
    final var large = Arrays.copyOf(file("new.p12"), 64 * 1024 + 1);
    assertTrue(refused(large, "secret").startsWith("pkcs12: is larger than 64 KiB; "));
  }

  /// The new file with its sealed certificates so often again. It has three parts before that:
  /// these certificates, what the key lies in, and the key. Its MAC is of what it was.
  private static byte[] repeated(final int more) throws IOException {
    final var whole = Pfx.getInstance(file("new.p12"));
    final var safe = ASN1OctetString.getInstance(whole.getAuthSafe().getContent()).getOctets();
    final var parts =
        new ArrayList<>(List.of(AuthenticatedSafe.getInstance(safe).getContentInfo()));
    assertEquals(2, parts.size());
    for (int number = 0; number < more; number++) {
      parts.add(parts.getFirst());
    }
    final var all = new AuthenticatedSafe(parts.toArray(ContentInfo[]::new));
    final var content =
        new ContentInfo(PKCSObjectIdentifiers.data, new DEROctetString(all.getEncoded()));
    return new Pfx(content, whole.getMacData()).getEncoded();
  }

  private static String refused(final byte[] file, final String password) {
    final var why =
        assertThrows(IllegalArgumentException.class, () -> Pkcs12File.open(file, password));
    return String.valueOf(why.getMessage());
  }
}
