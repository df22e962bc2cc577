# What the stories share: four members on this machine, asked by command and over HTTP. A member may be killed at any
# moment and comes back: whether something happened is looked up on the ledger, and asked for again where it did not.
# Wants: home (of this project), folder (for the members' data), names (of the members). With STAY=yes they stay alive
# after the story, until Ctrl-C.

port=${PORT:-18080} mqtt=${MQTT_PORT:-18830} engine=${ENGINE_PORT:-27656} between=${MEMBERS_PORT:-18443}
mkdir -p "$folder"

say() { printf '\n== %s\n' "$*"; }
die() { say "$*"; exit 1; }

# A command at a member's node.
t() { local member=$1; shift; "$home/thingstead" "$@" --data "$folder/$member"; }

# The same, of which only the last line is shown.
last() { t "$@" | tail -1; }

# The place of a member in the list: its ports are by it.
place() {
  local n
  for n in "${!names[@]}"; do [ "${names[n]}" != "$1" ] || { echo "$n"; return; }; done
  die "no member $1"
}

# What a member's node says over HTTP: 1 where it says no, 2 where it is not there.
ask() {
  local code=0
  curl -fsS -m 20 "http://127.0.0.1:$((port + $(place "$1")))$2" 2>/dev/null || code=$?
  case $code in 0) ;; 22) return 1 ;; *) return 2 ;; esac
}

# Whether a member's answer has these words: 0 yes, 1 no, 2 it is not there.
answers() {
  local answer code=0
  answer=$(ask "$1" "$2") || code=$?
  [ $code = 0 ] || return $code
  grep -q -- "$3" <<<"$answer"
}

# sure CHECK… -- COMMAND…: until the check says yes, the command is tried. How the command ended says less than the
# ledger: its answer may be lost on the way.
sure() {
  local check=() code i
  while [ "$1" != -- ]; do check+=("$1"); shift; done
  shift
  for ((i = 0; i < 120; i++)); do
    code=0
    "${check[@]}" || code=$?
    if [ $code = 0 ]; then return; fi
    if [ $code = 1 ]; then
      if "$@"; then continue; fi
      sleep 10 # what was asked and not answered has happened by then, or never will
    fi
    sleep 1
  done
  die "could not: $*"
}

# Waits until a check says yes.
wait_for() {
  local i
  for ((i = 0; i < 600; i++)); do
    if "$@"; then return; fi
    sleep 0.5
  done
  die "waited in vain for: $*"
}

# Where something is to be seen on a member's page.
page() { printf 'http://127.0.0.1:%d%s' $((port + $(place "$1"))) "$2"; }

found_members() {
  local name
  say "${#names[@]} members found a ledger in $folder: ${names[*]}"
  "$home/thingstead" demo --members "${#names[@]}" --names "$(IFS=,; echo "${names[*]}")" --data "$folder" --port "$port" \
    --mqtt-port "$mqtt" --engine-port "$engine" --members-port "$between" >"$folder/members.log" 2>&1 &
  members=$!
  trap 'kill "$members" 2>/dev/null || true; wait "$members" 2>/dev/null || true' EXIT
  local i
  for ((i = 0; i < 600; i++)); do
    if grep -qs 'members are alive' "$folder/members.log"; then
      for name in "${names[@]}"; do printf '   %-10s %s\n' "$name" "$(page "$name" /contracts)"; done
      return
    fi
    kill -0 "$members" 2>/dev/null || { tail -20 "$folder/members.log"; exit 1; }
    sleep 0.5
  done
  tail -20 "$folder/members.log"
  exit 1
}

# The story is over.
the_end() {
  say "$1"
  if [ -n "${STAY:-}" ]; then
    printf '   %s\n' "The members stay alive: look at $(page "${names[0]}" /contracts). Stop them with Ctrl-C."
    wait "$members" || true
  fi
}

# A device of a member, with a key of its own.
device() {
  sure answers "$1" "/api/devices/$1:$2" '"device"' -- add_device "$1" "$2"
}

add_device() {
  rm -f "$folder/$2.pem" # of a registration that never came about
  t "$1" device add "$2" --key "$folder/$2.pem" | head -1
}

# What a device measures: signed, and sent until its node has it on disk.
measures() {
  local member=$1 name=$2 i
  shift 2
  for ((i = 0; i < 30; i++)); do
    if t "$member" device send --key "$folder/$name.pem" "$@"; then return; fi
    sleep 2
  done
  die "$name could not send"
}

# A contract is drafted by the first of these members, and signed by each at its own node.
agree() {
  local number=$1 member file=$2
  shift 2
  local parties=()
  while [ "$1" != -- ]; do parties+=("$1"); shift; done
  shift
  sure answers "${parties[0]}" "/api/contracts/$number" '"number"' -- last "${parties[0]}" contract draft "$file" "$@"
  printf '   watch it on %s\n' "$(page "${parties[0]}" "/contracts/$number")"
  for member in "${parties[@]}"; do
    sure answers "$member" "/api/contracts/$number" "/$member\(:[a-z0-9-]*\)\?\",\"signed\":true" -- last "$member" contract sign "$number"
  done
}

# Waits until a contract has ended, and shows how.
ended() {
  local member=$1 number=$2 state=$3
  wait_for answers "$member" "/api/contracts/$number" '"status":"ended"'
  until t "$member" contract status "$number" >"$folder/status"; do sleep 2; done
  cat "$folder/status"
  grep -q "ended in “$state”" "$folder/status" || die "contract $number was to end in “$state”"
}

# All members say the same of these accounts' balances, and it is what was to be: lines of account and amount.
balances() {
  local member account amount
  cat >"$folder/expected"
  for member in "${names[@]}"; do
    while read -r account amount; do
      wait_for answers "$member" "/api/accounts/$account" "\"amount\":\"$amount\""
    done <"$folder/expected"
  done
  cat "$folder/expected"
}

# Euros of an issuer, so many to each of these members.
issue_euros() {
  local issuer=$1 amount=$2 member
  shift 2
  sure answers "$issuer" "/api/assets" "\"$issuer:EUR\"" -- t "$issuer" money asset EUR
  for member in "$@"; do
    sure answers "$issuer" "/api/accounts/member/$member" "\"amount\":\"$amount\"" -- t "$issuer" money issue "$amount" EUR --to "$member"
  done
}
