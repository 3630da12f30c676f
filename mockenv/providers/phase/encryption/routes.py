"""What the operations of the document that deal in ciphertexts do, by operationId."""

from mockenv.provider import Handler
from mockenv.providers.phase.encryption import bundle, secrets

OPERATIONS: dict[str, Handler] = {
    "getTokenKeys": bundle.get_token_keys,
    "listEncryptedSecrets": secrets.list_encrypted_secrets,
    "createEncryptedSecrets": secrets.create_encrypted_secrets,
    "updateEncryptedSecrets": secrets.update_encrypted_secrets,
    "deleteEncryptedSecrets": secrets.delete_encrypted_secrets,
}
