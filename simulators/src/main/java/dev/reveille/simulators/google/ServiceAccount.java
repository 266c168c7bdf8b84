package dev.reveille.simulators.google;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.tls.LoopbackCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/// A service account as a developer gets it from Google: a JSON file with a private key.
public record ServiceAccount(
    String project, String email, String keyId, KeyPair pair, String tokenUri) {

  /// A new key pair of an account of this project.
  public static ServiceAccount make(final String project, final String tokenUri) {
    try {
      final var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2_048);
      return new ServiceAccount(
          project,
          "firebase-adminsdk-sim@" + project + ".iam.gserviceaccount.com",
          UUID.randomUUID().toString().replace("-", ""),
          generator.generateKeyPair(),
          tokenUri);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has RSA", e);
    }
  }

  /// The contents of the file.
  public String json() {
    return new ObjectMapper()
        .createObjectNode()
        .put("type", "service_account")
        .put("project_id", project)
        .put("private_key_id", keyId)
        .put("private_key", LoopbackCertificates.pem("PRIVATE KEY", pair.getPrivate().getEncoded()))
        .put("client_email", email)
        .put("client_id", "100000000000000000001")
        .put("auth_uri", tokenUri.replaceFirst("/token$", "/o/oauth2/auth"))
        .put("token_uri", tokenUri)
        .put("universe_domain", "googleapis.com")
        .toPrettyString();
  }

  /// Writes `PROJECT-firebase-adminsdk.json` into the directory.
  Path writeTo(final Path directory) throws IOException {
    Files.createDirectories(directory);
    return Files.writeString(directory.resolve(project + "-firebase-adminsdk.json"), json());
  }

  @Override
  public String toString() {
    return "ServiceAccount[" + email + "]";
  }
}
