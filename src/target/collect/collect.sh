#!/usr/bin/env bash
# Gathers what a Dataverse environment has into a folder for 'solvet target add MANIFEST FOLDER'.
# It only reads: every call is a GET, and no value of an environment variable is asked for. Needs curl and jq.
#
#   az login
#   bash collect.sh https://contoso.crm4.dynamics.com target-facts
#
# Instead of az, DATAVERSE_TOKEN may hold an access token for the environment.
set -euo pipefail

if [ $# -lt 1 ]; then
  echo "Usage: bash collect.sh https://ORG.crm.dynamics.com [FOLDER]" >&2
  exit 2
fi
org="${1%/}"
out="${2:-target-facts}"
api="$org/api/data/v9.2"
token="${DATAVERSE_TOKEN:-}"
if [ -z "$token" ]; then
  token=$(az account get-access-token --resource "$org" --query accessToken --output tsv) || {
    echo "No access token: sign in with 'az login', or set DATAVERSE_TOKEN." >&2
    exit 2
  }
fi
# On the command line the token would show in the list of processes.
authorization="header = \"Authorization: Bearer $token\""
mkdir -p "$out"
page="$out/.page"
files='[]'

# The status of a GET, whose answer is written to a file.
get() { # address, file, what to accept
  curl --silent --show-error --config - --output "$2" --write-out '%{http_code}' \
    --header "Accept: ${3:-application/json}" \
    --header 'OData-Version: 4.0' --header 'OData-MaxVersion: 4.0' "$1" <<<"$authorization"
}

# Whether an answer came; stops where asking again would not help.
answered() { # status, file
  case "$1" in
    200) return 0 ;;
    400 | 403 | 404 | 501)
      echo "  left out $2: the environment answers $1 (no such table, or no right to read it)" >&2
      return 1 ;;
    401) echo "The environment does not accept the token (401): sign in again." >&2; exit 2 ;;
    *) echo "The environment answers $1 for $2; try again later." >&2; exit 2 ;;
  esac
}

note_file() { # file, query, families
  files=$(jq -c --arg file "$1" --arg query "$2" --argjson complete "$3" \
    '. + [{file: $file, query: $query, complete: $complete}]' <<<"$files")
}

collect() { # file, query, complete families, all or owned
  local url="$api/$2" complete="$3"
  if [ "$4" = owned ] && [ "$admin" = no ]; then complete='[]'; fi
  echo "  $1" >&2
  : >"$out/$1"
  while [ -n "$url" ]; do
    if ! answered "$(get "$url" "$page")" "$1"; then
      rm -f "$out/$1"
      return 0
    fi
    jq -c . "$page" >>"$out/$1"
    url=$(jq -r '."@odata.nextLink" // empty' "$page")
  done
  note_file "$1" "$2" "$complete"
}

# Rows that belong to users are complete only for a system administrator, whose role is made of this template.
admin=no
if answered "$(get "$api/WhoAmI" "$page")" WhoAmI; then
  user=$(jq -r .UserId "$page")
  roles="systemusers($user)/systemuserroles_association?\$select=_roletemplateid_value"
  if answered "$(get "$api/$roles" "$page")" "the roles of the user"; then
    if jq -e '[.value[]._roletemplateid_value] | index("627090ff-40a3-4053-8790-584edc5be201")' "$page" >/dev/null; then
      admin=yes
    fi
  fi
fi
if [ "$admin" = no ]; then
  echo "  The user is no system administrator: processes, roles and the like may be listed in part." >&2
fi

# @queries

echo "  metadata.xml" >&2
if answered "$(get "$api/\$metadata" "$out/metadata.xml" application/xml)" metadata.xml; then note_file metadata.xml '$metadata' '[]'; else rm -f "$out/metadata.xml"; fi

if command -v pac >/dev/null 2>&1; then
  if pac application list --environment "$org" >"$out/applications.txt" 2>/dev/null; then
    note_file applications.txt 'pac application list' '[]'
  else
    echo "  left out applications.txt: sign in with 'pac auth create --environment $org' to list applications" >&2
    rm -f "$out/applications.txt"
  fi
fi

rm -f "$page"
jq -n --arg at "$(date -u +%Y-%m-%dT%H:%M:%SZ)" --arg url "$org" --argjson files "$files" \
  '{collectVersion: 1, at: $at, environment: {url: $url}, files: $files}' >"$out/collect.json"
echo "Written to $out. Next: solvet target add MANIFEST $out" >&2
