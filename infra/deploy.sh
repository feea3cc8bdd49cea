#!/usr/bin/env bash
# Builds the functions for Lambda and deploys infra/template.yaml to AWS. Settings come from the environment:
#
#   MAIL_IDENTITY   domain or address that mail is sent from (needed)
#   AWS_REGION      where to (needed); credentials as the AWS tools find them, for instance AWS_PROFILE
#   STAGE           staging (default) or production
#   STACK           name of the stack, default aftercare-<STAGE>
#   ARCHITECTURE    arm64 (default) or x86_64
#   PARAMETERS      further template parameters, as Name=Value separated by blanks
#   CONFIRM=no      do not ask before the change is made
set -euo pipefail
cd "$(dirname "$0")/.."

stage=${STAGE:-staging}
stack=${STACK:-aftercare-$stage}
architecture=${ARCHITECTURE:-arm64}
region=${AWS_REGION:-${AWS_DEFAULT_REGION:-}}
export PATH="$PWD/.venv/bin:$PATH" SAM_CLI_TELEMETRY=0

refuse() {
  echo "Not deployed: $1" >&2
  exit 1
}

[[ -n ${MAIL_IDENTITY:-} ]] || refuse "MAIL_IDENTITY is not set: the domain or address that mail is sent from."
[[ -n $region ]] || refuse "AWS_REGION is not set."
[[ $stage == staging || $stage == production ]] || refuse "STAGE is '$stage'; it must be staging or production (make up is the local one)."
case $architecture in
  arm64) target=aarch64-unknown-linux-gnu ;;
  x86_64) target=x86_64-unknown-linux-gnu ;;
  *) refuse "ARCHITECTURE is '$architecture'; it must be arm64 or x86_64." ;;
esac
if command -v rustup >/dev/null && ! rustup target list --installed | grep -qx "$target"; then
  refuse "Rust cannot build for $architecture yet: rustup target add $target"
fi
account=$(python -c 'import boto3; print(boto3.client("sts", region_name="'"$region"'").get_caller_identity()["Account"])' 2>/dev/null) ||
  refuse "AWS does not accept the credentials (or there are none); see AWS_PROFILE."

echo "Building for $architecture"
# By name, not --workspace: what only the tests ask of a shared crate stays out of the functions.
packages=(functions/*/)
packages=("${packages[@]#functions/}")
packages=("${packages[@]%/}")
cargo lambda build --release --locked --target "$target" "${packages[@]/#/--package=}"

# Amazon Linux 2023 has glibc 2.34; what needs a later one does not start there.
if command -v objdump >/dev/null; then
  for bootstrap in target/lambda/*/bootstrap; do
    needed=$(objdump -T "$bootstrap" 2>/dev/null | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -1)
    [[ -z $needed || $(printf '%s\nGLIBC_2.34\n' "$needed" | sort -V | tail -1) == GLIBC_2.34 ]] ||
      refuse "$bootstrap needs $needed; Lambda has GLIBC_2.34."
  done
fi

echo "Deploying $stack to account $account in $region"
read -ra further <<<"${PARAMETERS:-}"
[[ ${CONFIRM:-yes} == no ]] && ask=--no-confirm-changeset || ask=--confirm-changeset
sam deploy --template-file infra/template.yaml --stack-name "$stack" --region "$region" --resolve-s3 --capabilities CAPABILITY_IAM \
  --no-fail-on-empty-changeset "$ask" --tags service=aftercare "stage=$stage" \
  --parameter-overrides "Stage=$stage" "Architecture=$architecture" "MailIdentity=$MAIL_IDENTITY" "${further[@]}"

# SES signs mail of a domain only when its DNS says so.
python - "$MAIL_IDENTITY" "$region" <<'PYTHON' || echo "Whether $MAIL_IDENTITY is verified could not be looked up; see the SES console."
import sys
import boto3

identity, region = sys.argv[1:]
found = boto3.client("sesv2", region_name=region).get_email_identity(EmailIdentity=identity)
if found["VerifiedForSendingStatus"]:
    sys.exit()
print(f"\nNo mail is sent before {identity} is verified.", end=" ")
tokens = found.get("DkimAttributes", {}).get("Tokens", [])
print("Enter into its DNS:" if tokens else "Follow the link in the mail that AWS sent to it.")
for token in tokens:
    print(f"  {token}._domainkey.{identity} CNAME {token}.dkim.amazonses.com")
PYTHON
