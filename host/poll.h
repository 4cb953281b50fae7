// Waiting: poll(2) for the blocking classes.
#pragma once
#include "state.h"

namespace wait {
int poll(State&, Ints entries, int milliseconds);
}
