#include "CEngineAPIs.h"
